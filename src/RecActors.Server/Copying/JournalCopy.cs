using RecActors.Journal;

namespace RecActors.Copying;

/// <summary>
/// Copies the journals of all users, entry by entry, in the order in which the entries became durable: what is derived from that
/// order (recent popularity) comes out the same.
/// </summary>
internal sealed class JournalCopy(IUserJournal from, IUserJournal to)
{
    private const int WindowRecords = 4096;
    private const int UsersPerPage = 1000;

    private readonly Dictionary<string, OwnedJournal> _owned = new(StringComparer.Ordinal);
    private readonly Dictionary<JournalPosition, JournalPosition> _positions = new() { [JournalPosition.Start] = JournalPosition.Start };

    /// <summary>Entries copied.</summary>
    public long Entries { get; private set; }

    /// <summary>Copies all entries.</summary>
    /// <param name="marks">Positions whose counterparts will be asked for.</param>
    /// <param name="progress">Told the number of entries copied.</param>
    /// <param name="cancellationToken">Stops between windows.</param>
    /// <exception cref="InvalidOperationException">Something else writes to the target.</exception>
    public async Task RunAsync(IEnumerable<JournalPosition> marks, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var head = await from.GetHeadAsync(cancellationToken);
        var waiting = new Queue<JournalPosition>(marks.Where(mark => mark > JournalPosition.Start && mark <= head).Append(head).Distinct().Order());
        var after = JournalPosition.Start;
        while (waiting.TryDequeue(out var mark))
        {
            await foreach (var window in from.ReadRangeAsync(after, mark, cancellationToken).Chunk(WindowRecords).WithCancellation(cancellationToken))
            {
                await WriteAsync(window, cancellationToken);
                Entries += window.Length;
                progress.Report(Entries);
            }

            _positions[mark] = await to.GetHeadAsync(cancellationToken);
            after = mark;
        }

        await RegisterAsync(cancellationToken);
    }

    /// <summary>The position in the target that a mark of the source has become; a mark past the source's head is its head's.</summary>
    public JournalPosition PositionOf(JournalPosition mark) =>
        _positions.TryGetValue(mark, out var position) ? position : _positions.Values.Max();

    /// <summary>Runs <paramref name="body"/> for each user of the source, a page at a time.</summary>
    public async Task ForEachUserAsync(Func<string, Task> body, CancellationToken cancellationToken)
    {
        string? last = null;
        while (await from.ListUsersAsync(last, UsersPerPage, cancellationToken) is { Count: > 0 } users)
        {
            await Task.WhenAll(users.Select(body));
            last = users[^1];
        }
    }

    private async Task WriteAsync(JournalRecord[] window, CancellationToken cancellationToken)
    {
        var users = window.Select(record => record.UserId).Where(userId => !_owned.ContainsKey(userId)).Distinct(StringComparer.Ordinal);
        foreach (var (userId, owned) in await Task.WhenAll(users.Select(userId => OpenAsync(userId, cancellationToken))))
        {
            _owned.Add(userId, owned);
        }

        // All journals are open, so the appends are issued in this order and get their positions in it.
        var appends = new List<Task>();
        for (var start = 0; start < window.Length;)
        {
            var end = start + 1;
            while (end < window.Length && window[end].UserId == window[start].UserId)
            {
                end++;
            }

            appends.Add(AppendAsync(window.AsMemory(start..end), cancellationToken));
            start = end;
        }

        await Task.WhenAll(appends);
    }

    private async Task<KeyValuePair<string, OwnedJournal>> OpenAsync(string userId, CancellationToken cancellationToken)
    {
        var opened = await to.OpenAsync(userId, cancellationToken);
        return new(userId, new OwnedJournal(opened.Epoch) { Length = opened.Entries.Count });
    }

    private async Task AppendAsync(ReadOnlyMemory<JournalRecord> records, CancellationToken cancellationToken)
    {
        var owned = _owned[records.Span[0].UserId];
        var expected = owned.Length;
        owned.Length += records.Length;
        var result = await to.AppendAsync(
            records.Span[0].UserId, owned.Epoch, expected, [.. records.ToArray().Select(record => record.Entry)], cancellationToken);
        if (result.Status != AppendStatus.Appended)
        {
            throw new InvalidOperationException("Something else writes to the target while it is being copied into.");
        }
    }

    /// <summary>Users may be known without any action.</summary>
    private Task RegisterAsync(CancellationToken cancellationToken) => ForEachUserAsync(
        async userId =>
        {
            if (!_owned.ContainsKey(userId))
            {
                await to.RegisterAsync(userId, cancellationToken);
            }
        },
        cancellationToken);

    private sealed class OwnedJournal(long epoch)
    {
        public long Epoch => epoch;

        public long Length { get; set; }
    }
}
