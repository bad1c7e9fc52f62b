namespace RecActors.Interest;

/// <summary>
/// Accumulators of the users who were active last, at most <paramref name="capacity"/> of them (about 28 KB each at d = 64), the least
/// recently used giving way. A user's accumulators are out of the pool while they are worked on, so two calls for one user are safe:
/// the second rebuilds its own. Safe for concurrent use; one short lock, never held over arithmetic.
/// </summary>
/// <param name="capacity">Most states kept, at least 1.</param>
public sealed class FoldInPool(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byUser = [];
    private readonly LinkedList<Entry> _newestFirst = [];
    private long _hits;
    private long _misses;

    /// <summary>Most states kept.</summary>
    public int Capacity { get; } = capacity >= 1
        ? capacity
        : throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "At least one state must fit.");

    /// <summary>States kept now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byUser.Count;
            }
        }
    }

    /// <summary>Calls that found the user's accumulators, of the model asked for.</summary>
    public long Hits => Volatile.Read(ref _hits);

    /// <summary>Calls that had to sum from scratch.</summary>
    public long Misses => Volatile.Read(ref _misses);

    /// <summary>Embeddings of the user's history, from the pooled accumulators when they are there.</summary>
    public float[][] Encode(string userId, FoldIn foldIn, IItemVectors vectors, ReadOnlySpan<HistoryItem> newestFirst)
    {
        ArgumentNullException.ThrowIfNull(foldIn);
        var node = Take(userId, foldIn);
        var embeddings = foldIn.Encode(newestFirst, vectors, node.Value.State);
        Return(node);
        return embeddings;
    }

    /// <summary>Forgets the user's accumulators.</summary>
    public void Remove(string userId)
    {
        lock (_lock)
        {
            if (_byUser.Remove(userId, out var node))
            {
                _newestFirst.Remove(node);
            }
        }
    }

    /// <summary>Forgets all: after a change of model, what is pooled only costs memory.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _byUser.Clear();
            _newestFirst.Clear();
        }
    }

    private LinkedListNode<Entry> Take(string userId, FoldIn foldIn)
    {
        LinkedListNode<Entry>? spare = null;
        lock (_lock)
        {
            if (_byUser.Remove(userId, out var node))
            {
                _newestFirst.Remove(node);
                if (ReferenceEquals(node.Value.State.Owner, foldIn))
                {
                    _hits++;
                    return node;
                }
            }
            else if (_byUser.Count >= Capacity)
            {
                // What has to go anyway becomes this user's: no allocation in the steady state.
                spare = _newestFirst.Last!;
                _newestFirst.Remove(spare);
                _byUser.Remove(spare.Value.UserId);
            }

            _misses++;
        }

        var state = spare is not null && ReferenceEquals(spare.Value.State.Owner, foldIn) ? spare.Value.State : foldIn.CreateState();
        var entry = new Entry(userId, state);
        if (spare is null)
        {
            return new LinkedListNode<Entry>(entry);
        }

        spare.Value = entry;
        return spare;
    }

    private void Return(LinkedListNode<Entry> node)
    {
        lock (_lock)
        {
            if (_byUser.Remove(node.Value.UserId, out var other))
            {
                _newestFirst.Remove(other);
            }

            _byUser.Add(node.Value.UserId, node);
            _newestFirst.AddFirst(node);
            if (_byUser.Count > Capacity)
            {
                var oldest = _newestFirst.Last!;
                _newestFirst.Remove(oldest);
                _byUser.Remove(oldest.Value.UserId);
            }
        }
    }

    private readonly record struct Entry(string UserId, FoldInState State);
}
