using System.Collections.Concurrent;
using RecActors.Packing;

namespace RecActors.Journal.Sqlite;

/// <summary>One row of the log: an append's frame and the position of its last entry.</summary>
internal readonly record struct TailRow(long Position, long FirstSequence, int Count, byte[] Frame);

/// <summary>
/// The log, in memory and by user: exactly its committed rows. A row leaves both when a checkpoint trims it, after its
/// entries are in the user's snapshot; until then a reader drops what it has already seen there, by sequence. One writer,
/// any number of readers.
/// </summary>
internal sealed class JournalTail
{
    private readonly ConcurrentDictionary<string, UserTail> _users = new(StringComparer.Ordinal);
    private readonly Lock _namesGate = new();

    // In order, from the first question on: a start that reads a long log does not need them.
    private SortedSet<string>? _names;

    // In the order of positions; the writer's alone.
    private readonly Queue<(long Position, string UserId, UserTail User)> _order = [];
    private long _entries;

    /// <summary>Entries in the log; a row without entries counts as one.</summary>
    public long Entries => Volatile.Read(ref _entries);

    public void Add(string userId, in TailRow row)
    {
        if (!_users.TryGetValue(userId, out var user))
        {
            user = new UserTail();
            user.Add(row);
            _users[userId] = user;
            lock (_namesGate)
            {
                _names?.Add(userId);
            }
        }
        else
        {
            user.Add(row);
        }

        _order.Enqueue((row.Position, userId, user));
        Count(WeightOf(row));
    }

    public bool Contains(string userId) => _users.ContainsKey(userId);

    /// <summary>The user's rows in order, as they are now.</summary>
    public TailRow[] RowsOf(string userId) => _users.TryGetValue(userId, out var user) ? user.ToArray() : [];

    /// <summary>All users with rows, in ordinal order.</summary>
    public string[] Users()
    {
        lock (_namesGate)
        {
            return [.. Names()];
        }
    }

    /// <summary>Up to <paramref name="count"/> users in ordinal order, after the given one.</summary>
    public List<string> UsersAfter(string? after, int count)
    {
        var users = new List<string>();
        lock (_namesGate)
        {
            var names = Names();
            if (names.Count > 0 && (after is null || string.CompareOrdinal(after, names.Max) < 0))
            {
                var view = after is null ? names : names.GetViewBetween(after, names.Max);
                users.AddRange(view.Where(user => user != after).Take(count));
            }
        }

        return users;
    }

    /// <summary>All users with an entry on an item. It reads the whole log: some ten milliseconds where it is at its bound.</summary>
    public List<string> UsersOf(ReadOnlySpan<byte> item)
    {
        var users = new List<string>();
        foreach (var (userId, user) in _users)
        {
            foreach (var row in user.ToArray())
            {
                if (NamesItem(row, item))
                {
                    users.Add(userId);
                    break;
                }
            }
        }

        return users;
    }

    /// <summary>The position of the row that is <paramref name="rows"/> rows into the log, or of its last one up to the limit.</summary>
    public long BoundaryAfter(int rows, long limit)
    {
        var boundary = 0L;
        foreach (var (position, _, _) in _order)
        {
            if (position > limit || rows-- == 0)
            {
                break;
            }

            boundary = position;
        }

        return boundary;
    }

    /// <summary>Drops the rows up to a position.</summary>
    public void TrimThrough(long position)
    {
        while (_order.TryPeek(out var oldest) && oldest.Position <= position)
        {
            _order.Dequeue();
            if (oldest.User.TryRemove(oldest.Position, out var row))
            {
                Count(-WeightOf(row));
                if (oldest.User.IsEmpty)
                {
                    Forget(oldest.UserId);
                }
            }
        }
    }

    /// <summary>Drops a user.</summary>
    public void Remove(string userId)
    {
        if (_users.TryGetValue(userId, out var user))
        {
            Forget(userId);
            foreach (var row in user.Clear())
            {
                Count(-WeightOf(row));
            }
        }
    }

    private SortedSet<string> Names() => _names ??= new SortedSet<string>(_users.Keys, StringComparer.Ordinal);

    private static bool NamesItem(in TailRow row, ReadOnlySpan<byte> item)
    {
        var reader = new PackedReader(row.Frame);
        AppendFrame.ReadHead(ref reader);
        for (var left = row.Count; left > 0; left--)
        {
            if (FeedbackEntryCodec.SkipToItem(ref reader).SequenceEqual(item))
            {
                return true;
            }
        }

        return false;
    }

    private static int WeightOf(in TailRow row) => Math.Max(row.Count, 1);

    private void Count(int change) => Volatile.Write(ref _entries, _entries + change);

    private void Forget(string userId)
    {
        _users.TryRemove(userId, out _);
        lock (_namesGate)
        {
            _names?.Remove(userId);
        }
    }

    private sealed class UserTail
    {
        private readonly Queue<TailRow> _rows = [];
        private readonly Lock _gate = new();

        public bool IsEmpty => _rows.Count == 0;

        public void Add(in TailRow row)
        {
            lock (_gate)
            {
                _rows.Enqueue(row);
            }
        }

        public TailRow[] ToArray()
        {
            lock (_gate)
            {
                return _rows.ToArray();
            }
        }

        public TailRow[] Clear()
        {
            lock (_gate)
            {
                var rows = _rows.ToArray();
                _rows.Clear();
                return rows;
            }
        }

        /// <summary>Removes the oldest row if it has this position; the rows of a removed user are gone already.</summary>
        public bool TryRemove(long position, out TailRow row)
        {
            lock (_gate)
            {
                return _rows.TryPeek(out row) && row.Position == position && _rows.TryDequeue(out row);
            }
        }
    }
}
