using System.Threading.Channels;
using RecActors.DataSets;
using RecActors.Feedback;
using RecActors.Journal;

namespace RecActors.Importing;

/// <summary>
/// Writes actions into the journals of a data folder that no silo serves from yet, as their owner. Actions that a journal holds
/// already, by event hash, are skipped, so that an interrupted import is simply run again. Files are read some windows of actions ahead of what
/// is written.
/// </summary>
internal sealed class JournalImport(IUserJournal journal, CatalogImport catalog)
{
    // Actions of a window are grouped by user, and its appends share commits. Positions follow the given order of actions
    // from window to window, which is what statistics by time need.
    private const int WindowActions = 4096;

    /// <summary>Windows that are read and wait: enough that neither side waits for the other's pauses.</summary>
    private const int WindowsAhead = 8;

    private readonly OwnedJournals _owned = new(journal);

    // Only of users who had actions before.
    private readonly Dictionary<string, HashSet<ulong>> _held = new(StringComparer.Ordinal);

    /// <summary>Actions written.</summary>
    public long Written { get; private set; }

    /// <summary>Actions that the journals held already.</summary>
    public long Skipped { get; private set; }

    /// <summary>Writes the actions; when it returns, they are durable.</summary>
    /// <param name="feedback">Those of a user in the order in which they happened. Enumerated on another thread.</param>
    /// <param name="progress">Told the number of actions that are durable.</param>
    /// <param name="cancellationToken">Stops between windows; what was written stays.</param>
    /// <exception cref="InvalidOperationException">Something else writes to the same journals.</exception>
    public async Task RunAsync(IEnumerable<ImportedFeedback> feedback, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var windows = Channel.CreateBounded<ImportWindow>(new BoundedChannelOptions(WindowsAhead) { SingleReader = true, SingleWriter = true });
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = Task.Run(() => ReadAsync(feedback, windows.Writer, stopping.Token), CancellationToken.None);
        var done = 0L;
        try
        {
            // What was read before a failure of the reader comes first, and is written.
            await foreach (var window in windows.Reader.ReadAllAsync(cancellationToken))
            {
                await PrepareAsync(window, cancellationToken);

                // One window at a time is on its way: where the log is full, appends wait, and those of a user must not overtake each other.
                await Write(window, cancellationToken);
                progress.Report(done += window.Actions);
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Hands windows on until the end, or the failure, which comes after the last one.</summary>
    private static async Task ReadAsync(IEnumerable<ImportedFeedback> feedback, ChannelWriter<ImportWindow> windows, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var window in feedback.Chunk(WindowActions))
            {
                await windows.WriteAsync(ImportWindow.Of(window), cancellationToken);
            }

            windows.Complete();
        }
#pragma warning disable CA1031 // Whatever it was, whoever takes the windows hears of it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            windows.Complete(failure);
        }
    }

    private async Task PrepareAsync(ImportWindow window, CancellationToken cancellationToken)
    {
        foreach (var (userId, entries) in await _owned.OpenAsync(window.Users.Keys, cancellationToken))
        {
            if (entries.Count > 0)
            {
                _held.Add(userId, [.. entries.Select(entry => entry.EventHash)]);
            }
        }

        await catalog.EnsureAsync(window.ItemIds, cancellationToken);
    }

    /// <summary>All journals are open, so the appends are issued in this order, and window by window, and get their positions in it.</summary>
    private Task Write(ImportWindow window, CancellationToken cancellationToken)
    {
        var appends = new List<Task>(window.Users.Count);
        foreach (var (userId, entries) in window.Users)
        {
            var missing = Missing(userId, entries);
            Skipped += entries.Count - missing.Count;
            Written += missing.Count;
            if (missing.Count > 0)
            {
                appends.Add(_owned.AppendAsync(userId, missing, cancellationToken));
            }
        }

        return Task.WhenAll(appends);
    }

    /// <summary>What the journal did not hold before this import.</summary>
    private List<FeedbackEntry> Missing(string userId, List<FeedbackEntry> entries) => _held.TryGetValue(userId, out var held)
        ? entries.FindAll(entry => entry.EventHash == 0 || !held.Contains(entry.EventHash))
        : entries;

    /// <summary>Consecutive actions by user, in the order in which the users come, and the items that they name.</summary>
    private sealed record ImportWindow(int Actions, OrderedDictionary<string, List<FeedbackEntry>> Users, IReadOnlyCollection<string> ItemIds)
    {
        public static ImportWindow Of(ImportedFeedback[] actions)
        {
            var users = new OrderedDictionary<string, List<FeedbackEntry>>(StringComparer.Ordinal);
            var itemIds = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (userId, entry) in actions)
            {
                if (!users.TryGetValue(userId, out var entries))
                {
                    users.Add(userId, entries = []);
                }

                entries.Add(entry);
                itemIds.Add(entry.ItemId);
            }

            return new ImportWindow(actions.Length, users, itemIds);
        }
    }
}
