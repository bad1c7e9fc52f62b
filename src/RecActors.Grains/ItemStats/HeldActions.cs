using RecActors.ItemToItem;

namespace RecActors.ItemStats;

/// <summary>Actions that are to be counted a moment later, in their order. Thread-safe.</summary>
/// <param name="most">Actions held at most.</param>
internal sealed class HeldActions(int most)
{
    private readonly Lock _lock = new();
    private StatsDelta _held = new();
    private bool _isOver;
    private bool _isBroken;

    /// <summary>True when there were too many, so that some were counted meanwhile.</summary>
    public bool IsBroken
    {
        get
        {
            lock (_lock)
            {
                return _isBroken;
            }
        }
    }

    /// <summary>Holds an action. False when that is over: it is to be counted now.</summary>
    public bool TryAdd(in ItemAction action, ReadOnlySpan<int> sources, long position)
    {
        lock (_lock)
        {
            if (!_isOver && _held.Actions.Count == most)
            {
                _isBroken = _isOver = true;
            }

            if (!_isOver)
            {
                _held.Add(action, sources, stamp: 0, position);
            }

            return !_isOver;
        }
    }

    /// <summary>Takes out what the journals have up to a position. Null, with nothing done, when of one nobody knows where they have it.</summary>
    public StatsDelta? Take(long through)
    {
        lock (_lock)
        {
            var (taken, left) = (new StatsDelta(), new StatsDelta());
            foreach (var action in _held.Actions)
            {
                if (action.Position == StatsAction.UnknownPosition)
                {
                    return null;
                }

                (action.Position <= through ? taken : left).Add(action.Counted, _held.SourcesOf(action), action.Stamp, action.Position);
            }

            _held = left;
            return taken;
        }
    }

    /// <summary>Takes all out; null, and from then on nothing is held, when there is nothing.</summary>
    public StatsDelta? TakeAllOrEnd()
    {
        lock (_lock)
        {
            if (_held.Actions.Count == 0)
            {
                _isOver = true;
                return null;
            }

            var taken = _held;
            _held = new StatsDelta();
            return taken;
        }
    }
}
