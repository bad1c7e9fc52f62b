using System.Runtime.InteropServices;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemToItem;

namespace RecActors.ItemStats;

/// <summary>
/// This silo's replica of the item statistics, as its users' actions move it, at once, and those of other silos' users, a moment later.
/// Thread-safe.
/// </summary>
internal sealed class LiveItemStatistics(ItemStatistics statistics, StatisticsOutbox outbox)
{
    [ThreadStatic]
    private static List<int>? _sources;

    private long _version;
    private int _uncountedAppends;

    /// <summary>The replica.</summary>
    public ItemStatistics Replica => statistics;

    /// <summary>Grows with every change of the replica, so that caches can tell whether they are fresh.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>True while an append is on its way, or was given up by those who asked for it: the journals may have actions that are not counted.</summary>
    public bool HasUncountedAppends => Volatile.Read(ref _uncountedAppends) > 0;

    /// <summary>Actions are about to go into a journal.</summary>
    public void BeginAppend() => Interlocked.Increment(ref _uncountedAppends);

    /// <summary>They are counted, or will never be in it. Whoever cannot tell does not say so.</summary>
    public void SettleAppend() => Interlocked.Decrement(ref _uncountedAppends);

    /// <summary>Counts an action of a user here, given its history before it. Only positive actions count.</summary>
    public void Observe(UserHistory before, int row, ActionSignal signal, long timestampMs, long position)
    {
        var sources = _sources ??= [];
        sources.Clear();
        if (statistics.TryReduce(before, new HistoryItem(row, signal.Weight, signal.Polarity, timestampMs), sources, out var action))
        {
            statistics.Count(action, CollectionsMarshal.AsSpan(sources));
            outbox.Add(action, CollectionsMarshal.AsSpan(sources), position);
            Interlocked.Increment(ref _version);
        }
    }

    /// <summary>Counts what other silos' users did, as far as the replica does not have it.</summary>
    /// <param name="delta">The actions.</param>
    /// <param name="countedThrough">Actions up to this position of the journals are counted.</param>
    /// <param name="isRecencyCounted">Their recency is counted as well, whatever their position; null where the position tells.</param>
    public void Apply(StatsDelta delta, long countedThrough, bool? isRecencyCounted)
    {
        foreach (var action in delta.Actions)
        {
            var isCounted = action.Position <= countedThrough;
            if (!isCounted)
            {
                statistics.Count(action.Counted, delta.SourcesOf(action));
            }

            if (!(isRecencyCounted ?? isCounted))
            {
                statistics.CountRecent(action.Counted.Row, action.Stamp);
            }
        }

        Interlocked.Increment(ref _version);
    }
}
