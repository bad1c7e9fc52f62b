namespace RecActors.Journal;

/// <summary>
/// Appends entries of many users so that they get their positions in the order in which they are given; in Redis, whose partitions
/// commit side by side, entries of different users only from window to window. Not thread-safe.
/// </summary>
internal sealed class OrderedAppends(IUserJournal to)
{
    private readonly OwnedJournals _owned = new(to);

    public bool Contains(string userId) => _owned.Contains(userId);

    /// <exception cref="InvalidOperationException">Something else writes to the journals.</exception>
    public async Task WriteAsync(IReadOnlyList<JournalRecord> window, CancellationToken cancellationToken)
    {
        await _owned.OpenAsync(window.Select(record => record.UserId), cancellationToken);

        // All journals are open, so the appends are issued in this order.
        var appends = new List<Task>();
        for (var start = 0; start < window.Count;)
        {
            var end = start + 1;
            while (end < window.Count && window[end].UserId == window[start].UserId)
            {
                end++;
            }

            var entries = window.Skip(start).Take(end - start).Select(record => record.Entry);
            appends.Add(_owned.AppendAsync(window[start].UserId, [.. entries], cancellationToken));
            start = end;
        }

        await Task.WhenAll(appends);
    }
}
