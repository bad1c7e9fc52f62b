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
    ItemStatistics statistics, IUserJournal journal, CatalogReplica catalog, FeedbackPolicy policy, ILogger<StatisticsReplay> logger)
{
    /// <summary>Users whose state is kept during the replay; beyond it all are let go, and read again when they come back.</summary>
    private const int MaxUsers = 100_000;

    private readonly Dictionary<string, UserState> _users = [];

    /// <summary>Starts from the bundle's statistics, or from nothing, and replays the rest. Returns the position up to which every action is counted.</summary>
    public async Task<JournalPosition> RunAsync(ModelBundle? bundle, CancellationToken cancellationToken)
    {
        var cut = JournalPosition.Start;
        if (bundle is not null)
        {
            statistics.Import(bundle.Statistics, catalog.Intern);
            cut = new JournalPosition(bundle.Manifest.JournalCut);
        }

        var head = await journal.GetHeadAsync(cancellationToken);
        var actions = 0L;
        if (head > cut)
        {
            await foreach (var record in journal.ReadRangeAsync(cut, head, cancellationToken))
            {
                Count(await StateBeforeAsync(record, cancellationToken), record.Entry);
                actions++;
            }
        }

        _users.Clear();
        LogReplayed(actions, cut.Value);
        return head > cut ? head : cut;
    }

    private void Count(UserState user, FeedbackEntry entry)
    {
        var signal = policy.SignalOf(entry);
        statistics.Observe(
            user.History.NewestFirst.AsSpan(), new HistoryItem(catalog.Intern(entry.ItemId), signal.Weight, signal.Polarity, entry.TimestampMs));
        user.Replay(entry);
    }

    /// <summary>The user as of just before the record.</summary>
    private async Task<UserState> StateBeforeAsync(JournalRecord record, CancellationToken cancellationToken)
    {
        if (_users.TryGetValue(record.UserId, out var state))
        {
            return state;
        }

        if (_users.Count == MaxUsers)
        {
            _users.Clear();
        }

        // Which events were seen does not matter here: the journal holds each once.
        state = new UserState(catalog, policy, rememberedEvents: 1);
        if (record.Sequence > 1)
        {
            foreach (var entry in (await journal.ReadAsync(record.UserId, cancellationToken)).Take((int)record.Sequence - 1))
            {
                state.Replay(entry);
            }
        }

        _users.Add(record.UserId, state);
        return state;
    }

    [LoggerMessage(LogLevel.Information, "The item statistics are here: {Actions} actions replayed after position {Cut}")]
    private partial void LogReplayed(long actions, long cut);
}
