namespace RecActors.Journal.Sqlite;

/// <summary>
/// The owners of the journals opened by this process, the most recently used ones. Forgetting an owner is safe: its appends
/// are refused, and it opens the journal again. Two generations stand in for an exact order of use. Thread-safe.
/// </summary>
internal sealed class JournalOwners(int capacity)
{
    private readonly Lock _gate = new();
    private Dictionary<string, JournalOwner> _young = new(StringComparer.Ordinal);
    private Dictionary<string, JournalOwner> _old = new(StringComparer.Ordinal);

    public JournalOwner? Find(string userId)
    {
        lock (_gate)
        {
            return FindAndRenew(userId);
        }
    }

    public JournalOwner FindOrAdd(string userId)
    {
        lock (_gate)
        {
            if (FindAndRenew(userId) is { } known)
            {
                return known;
            }

            var owner = new JournalOwner();
            Add(userId, owner);
            return owner;
        }
    }

    public void Remove(string userId)
    {
        lock (_gate)
        {
            if (_young.Remove(userId, out var owner) || _old.Remove(userId, out owner))
            {
                lock (owner.Gate)
                {
                    owner.Epoch = 0;
                }
            }
        }
    }

    /// <summary>Forgets all: every owner must open its journal again.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (var owner in _young.Values.Concat(_old.Values))
            {
                lock (owner.Gate)
                {
                    owner.Epoch = 0;
                }
            }

            _young.Clear();
            _old.Clear();
        }
    }

    private JournalOwner? FindAndRenew(string userId)
    {
        if (_young.TryGetValue(userId, out var owner))
        {
            return owner;
        }

        if (_old.Remove(userId, out owner))
        {
            Add(userId, owner);
        }

        return owner;
    }

    private void Add(string userId, JournalOwner owner)
    {
        if (_young.Count >= capacity)
        {
            var forgotten = _old;
            _old = _young;
            _young = new Dictionary<string, JournalOwner>(StringComparer.Ordinal);
            foreach (var (id, idle) in forgotten)
            {
                lock (idle.Gate)
                {
                    // One with appends on their way stays: a second owner object beside it would not wait for them.
                    if (idle.Pending > 0)
                    {
                        _young.Add(id, idle);
                    }
                    else
                    {
                        idle.Epoch = 0;
                    }
                }
            }
        }

        _young[userId] = owner;
    }
}
