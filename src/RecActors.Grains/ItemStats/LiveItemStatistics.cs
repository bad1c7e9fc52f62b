using System.Runtime.InteropServices;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemToItem;

namespace RecActors.ItemStats;

/// <summary>
/// This silo's replica of the item statistics, as its users' actions move it. While other silos serve, too, what an action adds
/// is also collected for them. Thread-safe.
/// </summary>
internal sealed class LiveItemStatistics(ItemStatistics statistics, StatisticsOutbox outbox)
{
    private long _version;

    /// <summary>The replica.</summary>
    public ItemStatistics Replica => statistics;

    /// <summary>Grows with every change of the replica, so that caches can tell whether they are fresh.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Counts an action, given its user's history before it. Only positive actions count.</summary>
    public void Observe(ReadOnlySpan<HistoryItem> newestFirst, int row, ActionSignal signal, long timestampMs)
    {
        if (signal.Polarity != Polarity.Positive)
        {
            return;
        }

        var action = new HistoryItem(row, signal.Weight, signal.Polarity, timestampMs);
        if (outbox.IsOpen)
        {
            var pairs = new List<PairIncrement>();
            if (statistics.Derive(newestFirst, action, pairs, out var popularity))
            {
                statistics.Apply(CollectionsMarshal.AsSpan(pairs));
                statistics.Apply(popularity);
                outbox.Add(pairs, popularity);
            }
        }
        else
        {
            statistics.Observe(newestFirst, action);
        }

        Interlocked.Increment(ref _version);
    }

    /// <summary>Adds what other silos' users did.</summary>
    public void Apply(ReadOnlySpan<PairIncrement> pairs, ReadOnlySpan<PopularityIncrement> popularity)
    {
        statistics.Apply(pairs);
        foreach (ref readonly var increment in popularity)
        {
            statistics.Apply(increment);
        }

        Interlocked.Increment(ref _version);
    }
}
