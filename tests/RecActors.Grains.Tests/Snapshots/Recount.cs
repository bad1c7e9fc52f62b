using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.ItemToItem;
using RecActors.Journal;
using RecActors.Users;

namespace RecActors.Snapshots;

/// <summary>What item statistics are to be: what the journals have, counted one by one.</summary>
internal static class Recount
{
    /// <summary>What there is up to a position, as text.</summary>
    public static async Task<string> ReadAsync(IUserJournal journal, long through, CancellationToken cancellationToken)
    {
        var (catalog, statistics) = (new CatalogReplica(), new ItemStatistics(new ItemStatisticsOptions()));
        await CountAsync(journal, statistics, catalog, after: 0, through, cancellationToken);
        return Text(statistics.Export(catalog.IdOf));
    }

    /// <summary>Counts what is behind one position and up to another.</summary>
    public static async Task CountAsync(
        IUserJournal journal, ItemStatistics statistics, CatalogReplica catalog, long after, long through, CancellationToken cancellationToken)
    {
        var (policy, users) = (FeedbackPolicy.Default, new Dictionary<string, UserState>());
        await foreach (var record in journal.ReadRangeAsync(JournalPosition.Start, new(through), cancellationToken))
        {
            if (!users.TryGetValue(record.UserId, out var user))
            {
                users.Add(record.UserId, user = new UserState(catalog, policy, 1));
            }

            if (record.Position.Value > after)
            {
                var signal = policy.SignalOf(record.Entry);
                statistics.Observe(user.History, new(catalog.Intern(record.Entry.ItemId), signal.Weight, signal.Polarity, record.Entry.TimestampMs));
            }

            user.Replay(record.Entry);
        }
    }

    /// <summary>All but recent popularity, which depends on the order in which actions were first seen.</summary>
    public static string Text(ItemStatisticsState state) => string.Join('\n', state.ItemIds.Select((id, item) =>
        $"{id} {state.Counts[item]} {state.FirstSeenMs[item]} {string.Join(' ', state.Masses.AsSpan(item * 3, 3).ToArray())}: "
        + string.Join(' ', Enumerable.Range(state.PairOffsets[item], state.PairOffsets[item + 1] - state.PairOffsets[item]).Select(pair =>
            $"{state.ItemIds[state.PairItems[pair]]}={string.Join('/', state.PairValues[(pair * 4)..((pair * 4) + 4)])}"))));
}
