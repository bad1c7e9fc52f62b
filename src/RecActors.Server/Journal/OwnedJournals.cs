using RecActors.Feedback;

namespace RecActors.Journal;

/// <summary>
/// Journals whose owner this process is while no silo serves from them. Appends get their positions in the order in which they are
/// issued, once their journals are open. Not thread-safe, except that opening is concurrent inside one call.
/// </summary>
internal sealed class OwnedJournals(IUserJournal journal)
{
    private readonly Dictionary<string, Owned> _owned = new(StringComparer.Ordinal);

    public bool Contains(string userId) => _owned.ContainsKey(userId);

    /// <summary>Takes ownership of those that it has not; returns what they held.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<FeedbackEntry>>> OpenAsync(
        IEnumerable<string> userIds, CancellationToken cancellationToken)
    {
        var opened = await Task.WhenAll(userIds.Where(userId => !Contains(userId)).Distinct(StringComparer.Ordinal)
            .Select(async userId => (UserId: userId, Journal: await journal.OpenAsync(userId, cancellationToken))));
        foreach (var (userId, held) in opened)
        {
            _owned.Add(userId, new Owned(held.Epoch) { Length = held.Entries.Count });
        }

        return opened.ToDictionary(user => user.UserId, user => user.Journal.Entries, StringComparer.Ordinal);
    }

    /// <summary>Appends to a journal that is open. Several may be on their way to one journal.</summary>
    /// <exception cref="InvalidOperationException">Something else writes to the journal.</exception>
    public async Task AppendAsync(string userId, IReadOnlyList<FeedbackEntry> entries, CancellationToken cancellationToken)
    {
        var owned = _owned[userId];
        var expected = owned.Length;
        owned.Length += entries.Count;
        var result = await journal.AppendAsync(userId, owned.Epoch, expected, entries, cancellationToken);
        if (result.Status != AppendStatus.Appended)
        {
            throw new InvalidOperationException("Something else writes to the journals that are being written.");
        }
    }

    private sealed class Owned(long epoch)
    {
        public long Epoch => epoch;

        public long Length { get; set; }
    }
}
