using Microsoft.Extensions.Logging;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Journal;
using RecActors.Models;
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
    /// <summary>Actions whose users' histories are read side by side.</summary>
    private const int Chunk = 512;

    /// <summary>Users whose state is kept during the replay; beyond it all are let go, and read again when they come back.</summary>
    private const int MaxUsers = 100_000;

    private readonly Dictionary<string, UserState> _users = [];

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
    public async Task<JournalPosition> RunAsync(JournalPosition after, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var head = await journal.GetHeadAsync(cancellationToken);
        var actions = 0L;
        if (head > after)
        {
            await foreach (var records in journal.ReadRangeAsync(after, head, cancellationToken).Chunk(Chunk).WithCancellation(cancellationToken))
            {
                await ReadUsersAsync(records, cancellationToken);
                foreach (var record in records)
                {
                    Count(_users[record.UserId], record.Entry);
                }

                actions += records.Length;
            }
        }

        LogReplayed(actions, after.Value, time.GetElapsedTime(started).TotalSeconds);
        return head > after ? head : after;
    }

    /// <summary>Lets go of the users whose actions were replayed.</summary>
    public void End() => _users.Clear();

    private void Count(UserState user, FeedbackEntry entry)
    {
        var signal = policy.SignalOf(entry);
        statistics.Observe(user.History, new HistoryItem(catalog.Intern(entry.ItemId), signal.Weight, signal.Polarity, entry.TimestampMs));
        user.Replay(entry);
    }

    /// <summary>Brings the users in, as of just before their first of the records.</summary>
    private async Task ReadUsersAsync(JournalRecord[] records, CancellationToken cancellationToken)
    {
        if (_users.Count + records.Length > MaxUsers)
        {
            _users.Clear();
        }

        var missing = records.DistinctBy(record => record.UserId).Where(record => !_users.ContainsKey(record.UserId)).ToList();
        foreach (var (userId, state) in await Task.WhenAll(
            missing.Select(record => Task.Run(() => StateBeforeAsync(record, cancellationToken), cancellationToken))))
        {
            _users.Add(userId, state);
        }
    }

    private async Task<(string UserId, UserState State)> StateBeforeAsync(JournalRecord record, CancellationToken cancellationToken)
    {
        // Which events were seen does not matter here: the journal holds each once.
        var state = new UserState(catalog, policy, rememberedEvents: 1);
        if (record.Sequence > 1)
        {
            foreach (var entry in (await journal.ReadAsync(record.UserId, cancellationToken)).Take((int)record.Sequence - 1))
            {
                state.Replay(entry);
            }
        }

        return (record.UserId, state);
    }

    [LoggerMessage(LogLevel.Information, "The item statistics are here: {Actions} actions replayed after position {Cut} in {Seconds:F1} s")]
    private partial void LogReplayed(long actions, long cut, double seconds);
}
