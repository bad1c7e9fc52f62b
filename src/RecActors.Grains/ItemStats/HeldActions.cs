using RecActors.ItemToItem;

namespace RecActors.ItemStats;

/// <summary>Actions that are to be counted a moment later, in their order. Thread-safe.</summary>
/// <param name="most">Actions held at most.</param>
/// <param name="tooMany">Canceled when there were more; nothing should be registered with it that takes time.</param>
internal sealed class HeldActions(int most, CancellationTokenSource? tooMany = null)
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
            if (!_isOver && _held.Actions.Count >= most)
            {
                _isBroken = _isOver = true;
                tooMany?.Cancel();
            }

            if (!_isOver)
            {
                _held.Add(action, sources, stamp: 0, position);
            }

            return !_isOver;
        }
    }

    /// <summary>Takes out what the journals have up to a position. Null, with nothing done, when of one nobody knows where they have it.</summary>
    /// <remarks>Users' turns add meanwhile: the lock is held for what comes then, not for all. Called by one, who also calls <see cref="TakeAllOrEnd"/>.</remarks>
    public StatsDelta? Take(long through)
    {
        StatsDelta held;
        lock (_lock)
        {
            (held, _held) = (_held, new StatsDelta());
        }

        if (held.Actions.Exists(static action => action.Position == StatsAction.UnknownPosition))
        {
            PutBack(held);
            return null;
        }

        var (taken, left) = (new StatsDelta(), new StatsDelta());
        foreach (var action in held.Actions)
        {
            (action.Position <= through ? taken : left).Add(action.Counted, held.SourcesOf(action), action.Stamp, action.Position);
        }

        PutBack(left);
        return taken;
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

    /// <summary>Before what has come since.</summary>
    private void PutBack(StatsDelta earlier)
    {
        lock (_lock)
        {
            foreach (var action in _held.Actions)
            {
                earlier.Add(action.Counted, _held.SourcesOf(action), action.Stamp, action.Position);
            }

            _held = earlier;
        }
    }
}
