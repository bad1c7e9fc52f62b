using System.IO.Hashing;
using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <summary>
/// Who has entries on an item, of all that one checkpoint folds and trims: gathered user by user and handed on in the order of the index, so
/// that each page of it is written once for a checkpoint and not once for each slice of users. Filled by the checkpoint; then the writer's.
/// </summary>
internal sealed class ItemPostings
{
    private readonly Dictionary<byte[], List<int>> _usersOf = new(Bytes.Equality);
    private readonly Dictionary<byte[], List<int>>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly List<(byte[] Name, long Number)> _users = [];
    private readonly HashSet<int> _gone = [];
    private long _lookedAt = -1;

    public ItemPostings() => _lookup = _usersOf.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The user whose items are added from here on.</summary>
    public void BeginUser(byte[] name, long number) => _users.Add((name, number));

    /// <summary>An item of the user; it may come several times.</summary>
    public void Add(ReadOnlySpan<byte> item)
    {
        var user = _users.Count - 1;
        if (!_lookup.TryGetValue(item, out var users))
        {
            _lookup[item] = users = [];
        }

        if (users.Count == 0 || users[^1] != user)
        {
            users.Add(user);
        }
    }

    /// <summary>All that was added, in the order of the index, in parts of about so many.</summary>
    public IEnumerable<IReadOnlyList<ItemPosting>> InParts(int size)
    {
        var part = new List<ItemPosting>(size);
        foreach (var (item, users) in _usersOf.OrderBy(entry => entry.Key, Bytes.Order))
        {
            foreach (var user in users)
            {
                part.Add(new ItemPosting(item, user));
                if (part.Count == size)
                {
                    yield return part;
                    part = new List<ItemPosting>(size);
                }
            }
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }

    public ReadOnlySpan<byte> NameOf(int user) => _users[user].Name;

    /// <summary>Users whose snapshots are not there any more, or not the ones that were folded, after so many deletions.</summary>
    public IReadOnlySet<int> Gone(SqliteSession session, long deletions)
    {
        if (_lookedAt != deletions)
        {
            _gone.Clear();
            for (var user = 0; user < _users.Count; user++)
            {
                if (UserSnapshot.Find(session, _users[user].Name).Number != _users[user].Number)
                {
                    _gone.Add(user);
                }
            }

            _lookedAt = deletions;
        }

        return _gone;
    }

    private sealed class Bytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Bytes Equality = new();

        public static readonly IComparer<byte[]> Order = Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right));

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes) => GetHashCode(bytes.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)XxHash3.HashToUInt64(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}

/// <summary>An item as stored, and the number of a user in its <see cref="ItemPostings"/>.</summary>
internal readonly record struct ItemPosting(byte[] Item, int User);
