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

    private readonly OwnedJournals _owned = new(journal);
    private readonly Dictionary<string, HashSet<ulong>> _hashes = new(StringComparer.Ordinal);

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
            foreach (var (userId, entries) in await _owned.OpenAsync(byUser.Select(user => user.Key), cancellationToken))
            {
                _hashes.Add(userId, [.. entries.Select(entry => entry.EventHash)]);
            }

            await catalog.EnsureAsync(window.Select(action => action.Entry.ItemId), cancellationToken);

            // All journals are open, so the appends are issued in this order and get their positions in it.
            await Task.WhenAll(byUser.Select(user => AppendAsync(user.Key, user, cancellationToken)));
            done += window.Length;
            progress.Report(done);
        }
    }

    /// <summary>Writes what the journal did not hold before this import.</summary>
    private Task AppendAsync(string userId, IEnumerable<FeedbackEntry> entries, CancellationToken cancellationToken)
    {
        var given = entries.ToList();
        var missing = given.Where(entry => entry.EventHash == 0 || !_hashes[userId].Contains(entry.EventHash)).ToList();
        Skipped += given.Count - missing.Count;
        Written += missing.Count;
        return missing.Count == 0 ? Task.CompletedTask : _owned.AppendAsync(userId, missing, cancellationToken);
    }
}
