using RecActors.DataSets;
using RecActors.Feedback;
using RecActors.Journal;

namespace RecActors.Importing;

/// <summary>
/// Writes actions into the journals of a data folder that no silo serves from yet, as their owner. Actions that a journal holds
/// already, by event hash, are skipped, so that an interrupted import is simply run again.
/// </summary>
internal sealed class JournalImport(IUserJournal journal, CatalogImport catalog)
{
    // Actions of a window are grouped by user, and its appends share commits. Positions follow the given order of actions
    // from window to window, which is what statistics by time need.
    private const int WindowActions = 4096;

    private readonly Dictionary<string, OwnedJournal> _owned = new(StringComparer.Ordinal);

    /// <summary>Actions written.</summary>
    public long Written { get; private set; }

    /// <summary>Actions that the journals held already.</summary>
    public long Skipped { get; private set; }

    /// <summary>Writes the actions.</summary>
    /// <param name="feedback">Those of a user in the order in which they happened.</param>
    /// <param name="progress">Told the number of actions gone through.</param>
    /// <param name="cancellationToken">Stops between windows; what was written stays.</param>
    /// <exception cref="InvalidOperationException">Something else writes to the same journals.</exception>
    public async Task RunAsync(IEnumerable<ImportedFeedback> feedback, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var done = 0L;
        foreach (var window in feedback.Chunk(WindowActions))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var byUser = window.GroupBy(action => action.UserId, action => action.Entry, StringComparer.Ordinal).ToList();
            await Task.WhenAll(byUser.Where(user => !_owned.ContainsKey(user.Key)).Select(user => OpenAsync(user.Key, cancellationToken)));
            await catalog.EnsureAsync(window.Select(action => action.Entry.ItemId), cancellationToken);

            // All journals are open, so the appends are issued in this order and get their positions in it.
            await Task.WhenAll(byUser.Select(user => AppendAsync(user.Key, user, cancellationToken)));
            done += window.Length;
            progress.Report(done);
        }
    }

    private async Task OpenAsync(string userId, CancellationToken cancellationToken)
    {
        var opened = await journal.OpenAsync(userId, cancellationToken);
        var hashes = opened.Entries.Select(entry => entry.EventHash).ToHashSet();
        lock (_owned)
        {
            _owned[userId] = new OwnedJournal(opened.Epoch, opened.Entries.Count, hashes);
        }
    }

    private async Task AppendAsync(string userId, IEnumerable<FeedbackEntry> entries, CancellationToken cancellationToken)
    {
        var owned = _owned[userId];
        var given = entries.ToList();
        var missing = given.Where(entry => entry.EventHash == 0 || !owned.Hashes.Contains(entry.EventHash)).ToList();
        Skipped += given.Count - missing.Count;
        if (missing.Count == 0)
        {
            return;
        }

        var expected = owned.Length;
        owned.Length += missing.Count;
        Written += missing.Count;
        var result = await journal.AppendAsync(userId, owned.Epoch, expected, missing, cancellationToken);
        if (result.Status != AppendStatus.Appended)
        {
            throw new InvalidOperationException("Something else writes to the journals of this data folder while it is being imported into.");
        }
    }

    /// <summary>A journal whose owner this import is; the hashes are those that it held before.</summary>
    private sealed class OwnedJournal(long epoch, long length, HashSet<ulong> hashes)
    {
        public long Epoch => epoch;

        public HashSet<ulong> Hashes => hashes;

        public long Length { get; set; } = length;
    }
}
