using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.ItemToItem;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Threads;
using RecActors.Users;

namespace RecActors.ItemStats;

/// <summary>
/// Fills this silo's item statistics at its start: what the serving bundle counted up to its cut, then every later action,
/// replayed from the journals in the order in which they became durable.
/// </summary>
internal sealed partial class StatisticsReplay(
    ItemStatistics statistics,
    IUserJournal journal,
    IBundleStore bundles,
    CatalogReplica catalog,
    FeedbackPolicy policy,
    TimeProvider time,
    ILogger<StatisticsReplay> logger)
{
    /// <summary>Histories that are read at the same time: where the store is elsewhere, its latency is spread over them.</summary>
    private const int ConcurrentReads = 64;

    private readonly Dictionary<string, UserState> _users = [];
    private ReducedIndex _known = ReducedIndex.Empty;

    /// <summary>Actions that are read, and reduced to what they count, while those before them are counted.</summary>
    public int Chunk { get; init; } = 16_384;

    /// <summary>Users whose state is kept during the replay; beyond it all are let go, and read again when they come back.</summary>
    public int MaxUsers { get; init; } = 100_000;

    /// <summary>Histories that the last replay has read.</summary>
    internal long HistoriesRead { get; private set; }

    /// <summary>Starts from the statistics of a model's bundle, or from nothing. Returns the position up to which every action is counted.</summary>
    /// <exception cref="InvalidDataException">The bundle is missing, corrupt or of a newer format.</exception>
    public async Task<JournalPosition> BeginAsync(BundleManifest? model, CancellationToken cancellationToken)
    {
        if (model is null)
        {
            return JournalPosition.Start;
        }

        await Task.Run(
            async () => statistics.Import(await StoredBundle.ReadStatisticsAsync(bundles, model.Version, cancellationToken), catalog.Intern), cancellationToken);
        return new JournalPosition(model.JournalCut);
    }

    /// <summary>Replays what the journals have after a position. Returns the position up to which every action is counted then.</summary>
    /// <param name="after">The position.</param>
    /// <param name="cancellationToken">Cancels the replay.</param>
    /// <param name="known">Actions of which it is known how they count, so that their users' histories need not be read.</param>
    public async Task<JournalPosition> RunAsync(JournalPosition after, CancellationToken cancellationToken, ReducedIndex? known = null)
    {
        var started = time.GetTimestamp();
        var head = await journal.GetHeadAsync(cancellationToken);
        (_known, HistoriesRead) = (known ?? ReducedIndex.Empty, 0);
        var actions = head > after ? await CountAsync(after, head, cancellationToken) : 0;
        _known = ReducedIndex.Empty;
        LogReplayed(actions, after.Value, HistoriesRead, time.GetElapsedTime(started).TotalSeconds);
        return head > after ? head : after;
    }

    /// <summary>The same for other statistics, which are nobody else's.</summary>
    public StatisticsReplay Into(ItemStatistics others) => new(others, journal, bundles, catalog, policy, time, logger);

    /// <summary>Lets go of the users whose actions were replayed.</summary>
    public void End() => _users.Clear();

    /// <summary>
    /// Counts in the order of the positions, and reads ahead meanwhile; on a <see cref="BackgroundThread"/> one after the other, on that thread. Returns
    /// how many actions there were.
    /// </summary>
    private async Task<long> CountAsync(JournalPosition after, JournalPosition head, CancellationToken cancellationToken)
    {
        var (isInPlace, actions, counting) = (BackgroundThread.IsCurrent, 0L, Task.CompletedTask);
        try
        {
            await foreach (var records in journal.ReadRangeAsync(after, head, cancellationToken).Chunk(Chunk).WithCancellation(cancellationToken))
            {
                var reduced = await ReduceAsync(records, cancellationToken);
                await counting;
                actions += records.Length;
                if (isInPlace)
                {
                    Count(reduced);
                }
                else
                {
                    counting = Task.Run(() => Count(reduced), CancellationToken.None);
                }
            }
        }
        finally
        {
            await counting;
        }

        return actions;
    }

    private void Count(StatsDelta reduced)
    {
        foreach (var action in reduced.Actions)
        {
            statistics.Count(action.Counted, reduced.SourcesOf(action));
            statistics.CountRecent(action.Counted.Row);
        }
    }

    /// <summary>Moves the histories on, and returns what is to be counted: of the statistics it needs the options alone.</summary>
    private async ValueTask<StatsDelta> ReduceAsync(JournalRecord[] records, CancellationToken cancellationToken)
    {
        var read = Array.ConvertAll(records, record => new ReadAction(record, policy.SignalOf(record.Entry), _known.PlaceOf(record.Position.Value)));
        await ReadUsersAsync(read, cancellationToken);
        var (reduced, sources) = (new StatsDelta(), new List<int>());
        foreach (var (record, signal, place) in read)
        {
            // A history that is here may be ahead: it was read for a later action of its user.
            var user = _users.TryGetValue(record.UserId, out var found) && found.Version < record.Sequence ? found : null;
            if (place < 0)
            {
                user?.Replay(record.Entry, statistics, reduced, sources);
                continue;
            }

            if (ItemStatistics.TryReduce(new(catalog.Intern(record.Entry.ItemId), signal.Weight, signal.Polarity, record.Entry.TimestampMs), _known.IsRepeat(place), out var action))
            {
                reduced.Add(action, _known.SourcesOf(place), stamp: 0, position: 0);
            }

            user?.Replay(record.Entry);
        }

        return reduced;
    }

    /// <summary>Brings the users in, as of just before their first of the records.</summary>
    private async ValueTask ReadUsersAsync(ReadAction[] actions, CancellationToken cancellationToken)
    {
        if (_users.Count + actions.Length > MaxUsers)
        {
            _users.Clear();
        }

        // The histories that are there already, or begin here, need no reading.
        var unread = new List<(UserState User, JournalRecord First)>();
        foreach (var action in actions)
        {
            var record = action.Record;
            if (record.Sequence == 1)
            {
                // Of one who was deleted and began anew there may be a history that ended before.
                _users.Remove(record.UserId);
            }

            if (!action.NeedsHistory)
            {
                continue;
            }

            ref var user = ref CollectionsMarshal.GetValueRefOrAddDefault(_users, record.UserId, out var isKnown);
            if (!isKnown)
            {
                user = new UserState(catalog, policy, rememberedEvents: 0);
                if (record.Sequence > 1)
                {
                    unread.Add((user, record));
                }
            }
        }

        HistoriesRead += unread.Count;

        // Stores have users who came together in the order of their ids: neighbours share pages.
        unread.Sort(static (left, right) => string.CompareOrdinal(left.First.UserId, right.First.UserId));
        if (BackgroundThread.IsCurrent)
        {
            foreach (var (user, first) in unread)
            {
                await ReadAsync(user, first, cancellationToken);
            }
        }
        else
        {
            var reading = new ParallelOptions { MaxDegreeOfParallelism = ConcurrentReads, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, unread.Count, reading, (index, token) => ReadAsync(unread[index].User, unread[index].First, token));
        }
    }

    private async ValueTask ReadAsync(UserState user, JournalRecord first, CancellationToken cancellationToken)
    {
        var entries = await journal.ReadAsync(first.UserId, cancellationToken);
        for (var index = 0; index < Math.Min(entries.Count, first.Sequence - 1); index++)
        {
            user.Replay(entries[index]);
        }
    }

    /// <param name="Record">As the journals have it.</param>
    /// <param name="Signal">What it says.</param>
    /// <param name="Place">Its place among those of which it is known how they count; −1 when it is not there.</param>
    private readonly record struct ReadAction(JournalRecord Record, ActionSignal Signal, int Place)
    {
        /// <summary>Whether the history before it decides how it counts.</summary>
        public bool NeedsHistory => Place < 0 && Signal.Polarity == Polarity.Positive;
    }

    [LoggerMessage(LogLevel.Information, "The item statistics are here: {Actions} actions replayed after position {Cut}, with {Histories} histories read for it, in {Seconds:F1} s")]
    private partial void LogReplayed(long actions, long cut, long histories, double seconds);
}
