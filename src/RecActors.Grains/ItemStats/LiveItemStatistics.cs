using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Users;

namespace RecActors.ItemStats;

/// <summary>
/// This silo's replica of the item statistics, as its users' actions move it, at once, and those of other silos' users, a moment later.
/// Thread-safe.
/// </summary>
internal sealed class LiveItemStatistics(ItemStatistics statistics, StatisticsOutbox outbox, ReducedLog? log)
{
    [ThreadStatic]
    private static List<int>? _sources;

    /// <summary>Users of whom an append is kept at most; more are never settled.</summary>
    private const int MaxLeft = 10_000;

    private readonly AppendRounds _appends = new();
    private readonly ConcurrentDictionary<string, UnansweredAppend> _left = new(StringComparer.Ordinal);
    private long _version;
    private HeldActions? _held;

    /// <summary>The replica.</summary>
    public ItemStatistics Replica => statistics;

    /// <summary>Grows with every change of the replica, so that caches can tell whether they are fresh.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>True while an append is on its way, or was given up by those who asked for it: the journals may have actions that are not counted.</summary>
    public bool HasUncountedAppends => _appends.HasAny;

    /// <summary>Actions are about to go into a journal. Returns the round, to be told when they are settled.</summary>
    public int BeginAppend() => _appends.Begin();

    /// <summary>They are counted, or will never be in it. Whoever cannot tell does not say so.</summary>
    public void SettleAppend(int round) => _appends.Settle(round);

    /// <summary>Users whose activation has gone with an append of which nobody knows what became. Whoever opens their journals here learns it.</summary>
    public ICollection<string> UsersWithLeftAppends => _left.Keys;

    /// <summary>
    /// Keeps such an append for the user's next activation. Of two that meet in a hand-over of the user, the later one stays unsettled. Where other silos serve none is kept:
    /// before the user is back here, another silo may have written and counted the same entries, or have counted them in its start.
    /// </summary>
    public void LeaveAppend(string userId, UnansweredAppend append)
    {
        if (!outbox.IsOpen && _left.Count < MaxLeft)
        {
            _left.TryAdd(userId, append);
        }
    }

    /// <summary>The append that the user's last activation has left here. Whoever takes it owns the journal, and settles it. None since another silo serves.</summary>
    public UnansweredAppend? TakeLeftAppend(string userId) =>
        _left.TryGetValue(userId, out _) && _left.TryRemove(userId, out var append) && !outbox.IsOpen ? append : null;

    /// <summary>Counts an action of a user here, given its history before it. Only positive actions count.</summary>
    /// <param name="before">The history.</param>
    /// <param name="row">Row of the item.</param>
    /// <param name="signal">What the action says.</param>
    /// <param name="timestampMs">When, in Unix milliseconds, UTC.</param>
    /// <param name="position">The position of the last entry that was written with it, or <see cref="StatsAction.UnknownPosition"/>.</param>
    /// <param name="behind">Entries of these that came after it.</param>
    public void Observe(UserHistory before, int row, ActionSignal signal, long timestampMs, long position, int behind = 0)
    {
        var sources = _sources ??= [];
        sources.Clear();
        if (!statistics.TryReduce(before, new HistoryItem(row, signal.Weight, signal.Polarity, timestampMs), sources, out var action))
        {
            return;
        }

        var rows = CollectionsMarshal.AsSpan(sources);
        if (!outbox.IsOpen && position != StatsAction.UnknownPosition)
        {
            log?.Add(position - behind, action.IsRepeat, rows);
        }

        if (Volatile.Read(ref _held)?.TryAdd(action, rows, position) is not true)
        {
            Count(action, rows, position);
        }
    }

    /// <summary>
    /// Holds back what would be counted from now on, so that the replica stands still once the appends of the round that ends here are settled. Those who act
    /// do not wait. One at a time.
    /// </summary>
    /// <param name="most">Actions held at most. Above it they are counted after all, and what is held is broken.</param>
    /// <param name="tooMany">Canceled then.</param>
    public HeldActions Hold(int most, CancellationTokenSource? tooMany = null)
    {
        var held = new HeldActions(most, tooMany);

        // Seen by all before the journals' head is read: whoever still counts by itself appended before that.
        Interlocked.Exchange(ref _held, held);
        return held;
    }

    /// <summary>Ends a round of appends. The task ends when all of them are settled.</summary>
    /// <exception cref="OperationCanceledException">Canceled before that.</exception>
    public Task EndRoundAsync(TimeProvider time, CancellationToken cancellationToken) => _appends.EndAsync(time, cancellationToken);

    /// <summary>Counts those of the held actions that the journals have up to a position. False when it is not known of one whether they do.</summary>
    public bool TryCountThrough(HeldActions held, long position)
    {
        if (held.Take(position) is not { } taken)
        {
            return false;
        }

        Count(taken);
        return true;
    }

    /// <summary>Counts everything that was held, and holds no more.</summary>
    public void Release(HeldActions held)
    {
        while (held.TakeAllOrEnd() is { } taken)
        {
            Count(taken);
        }

        Volatile.Write(ref _held, null);
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

    private void Count(StatsDelta delta)
    {
        foreach (var action in delta.Actions)
        {
            Count(action.Counted, delta.SourcesOf(action), action.Position);
        }
    }

    private void Count(in ItemAction action, ReadOnlySpan<int> sources, long position)
    {
        statistics.Count(action, sources);
        outbox.Add(action, sources, position);
        Interlocked.Increment(ref _version);
    }
}
