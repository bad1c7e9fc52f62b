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

    private readonly OrderedAppends _appends = new(to);
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
                await _appends.WriteAsync(window, cancellationToken);
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

    /// <summary>Users may be known without any action.</summary>
    private Task RegisterAsync(CancellationToken cancellationToken) => ForEachUserAsync(
        async userId =>
        {
            if (!_appends.Contains(userId))
            {
                await to.RegisterAsync(userId, cancellationToken);
            }
        },
        cancellationToken);
}
