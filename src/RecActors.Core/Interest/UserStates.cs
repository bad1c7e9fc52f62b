namespace RecActors.Interest;

/// <summary>
/// Working states of the users who were active last, at most <paramref name="capacity"/> of them, the least recently used giving way.
/// A state is out while it is worked on, so two calls for one user are safe: the second makes its own. Safe for concurrent use; one
/// short lock, never held over work.
/// </summary>
/// <param name="capacity">Most states kept, at least 1.</param>
internal sealed class UserStates<TState>(int capacity)
    where TState : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byUser = [];
    private readonly LinkedList<Entry> _newestFirst = [];
    private long _hits;
    private long _misses;

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

    /// <summary>Calls that found the user's state, and it was usable.</summary>
    public long Hits => Volatile.Read(ref _hits);

    /// <summary>Calls that did not.</summary>
    public long Misses => Volatile.Read(ref _misses);

    /// <summary>
    /// Takes the user's state out, where it is here and usable. Else one that has to give way to this user's, if it is usable, so that
    /// nothing is allocated in the steady state; it speaks of somebody else. Else a new one.
    /// </summary>
    public Lease Take<TOwner>(string userId, TOwner owner, Func<TState, TOwner, bool> isUsable, Func<TOwner, TState> create)
    {
        LinkedListNode<Entry>? spare = null;
        lock (_lock)
        {
            if (_byUser.Remove(userId, out var node))
            {
                _newestFirst.Remove(node);
                if (isUsable(node.Value.State, owner))
                {
                    _hits++;
                    return new Lease(node);
                }
            }
            else if (_byUser.Count >= Capacity)
            {
                spare = _newestFirst.Last!;
                _newestFirst.Remove(spare);
                _byUser.Remove(spare.Value.UserId);
            }

            _misses++;
        }

        var entry = new Entry(userId, spare is not null && isUsable(spare.Value.State, owner) ? spare.Value.State : create(owner));
        if (spare is null)
        {
            return new Lease(new LinkedListNode<Entry>(entry));
        }

        spare.Value = entry;
        return new Lease(spare);
    }

    /// <summary>Gives a state back, as the one used last.</summary>
    public void Return(Lease lease)
    {
        var node = lease.Node;
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

    /// <summary>Forgets the user's state.</summary>
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

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _byUser.Clear();
            _newestFirst.Clear();
        }
    }

    internal readonly record struct Entry(string UserId, TState State);

    /// <summary>A state that is out. Not a resource: one that is never given back is made anew.</summary>
    internal readonly struct Lease
    {
        internal Lease(LinkedListNode<Entry> node) => Node = node;

        public TState State => Node.Value.State;

        internal LinkedListNode<Entry> Node { get; }
    }
}
