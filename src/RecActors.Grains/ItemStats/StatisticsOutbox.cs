using RecActors.ItemToItem;

namespace RecActors.ItemStats;

/// <summary>
/// Actions of this silo's users that other silos have not been sent yet. It also stamps them, so that at any cut every action is either in
/// the statistics before it or in the outbox after it. Thread-safe.
/// </summary>
internal sealed class StatisticsOutbox(ItemStatistics statistics)
{
    private readonly Lock _lock = new();
    private List<StatsDelta> _deltas = [];
    private bool _isOpen;

    /// <summary>True from the moment on when another silo serves, too: before, nothing is collected. It stays open.</summary>
    public bool IsOpen => Volatile.Read(ref _isOpen);

    public void Open()
    {
        lock (_lock)
        {
            Volatile.Write(ref _isOpen, true);
        }
    }

    /// <summary>Counts an action's recency here, and collects the action.</summary>
    public void Add(in ItemAction action, ReadOnlySpan<int> sources, long position)
    {
        lock (_lock)
        {
            var stamp = statistics.CountRecent(action.Row);
            if (!_isOpen)
            {
                return;
            }

            if (_deltas is not [.., var delta] || delta.Actions.Count >= ItemStatsOptions.MaxActionsPerParcel)
            {
                _deltas.Add(delta = new StatsDelta());
            }

            delta.Add(action, sources, stamp, position);
        }
    }

    /// <summary>Takes everything out.</summary>
    public List<StatsDelta> Drain() => Cut(static () => true).Drained;

    /// <summary>Takes everything out, and looks at the statistics as they are just then.</summary>
    public (List<StatsDelta> Drained, T Seen) Cut<T>(Func<T> look)
    {
        lock (_lock)
        {
            var drained = _deltas;
            _deltas = [];
            return (drained, look());
        }
    }
}
