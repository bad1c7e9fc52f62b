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

    /// <summary>How many entries there are: users of items.</summary>
    public int Count { get; private set; }

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
            Count++;
        }
    }

    /// <summary>All that was added, in the order of the index, in parts of about so many entries.</summary>
    public IEnumerable<IReadOnlyList<ItemPosting>> InParts(int size)
    {
        var places = PlacesByName();
        var (part, entries) = (new List<ItemPosting>(), 0);
        foreach (var (item, users) in _usersOf.OrderBy(entry => entry.Key, Bytes.Order))
        {
            users.Sort((left, right) => places[left].CompareTo(places[right]));
            foreach (var some in users.Chunk(size))
            {
                part.Add(new ItemPosting(item, some));
                entries += some.Length;
                if (entries >= size)
                {
                    yield return part;
                    (part, entries) = ([], 0);
                }
            }
        }

        if (entries > 0)
        {
            yield return part;
        }
    }

    public ReadOnlySpan<byte> NameOf(int user) => _users[user].Name;

    /// <summary>The names of an item's users, without those who are gone, in the order of the index. A user whose fold was repeated is in it once.</summary>
    public List<byte[]> NamesOf(ItemPosting posting, IReadOnlySet<int>? gone)
    {
        var names = new List<byte[]>(posting.Users.Length);
        foreach (var user in posting.Users)
        {
            var name = _users[user].Name;
            if (gone?.Contains(user) is not true && (names.Count == 0 || !names[^1].AsSpan().SequenceEqual(name)))
            {
                names.Add(name);
            }
        }

        return names;
    }

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

    /// <summary>Each user's place by name: comparing these is cheaper than names, for each item again.</summary>
    private int[] PlacesByName()
    {
        var places = new int[_users.Count];
        var place = 0;
        foreach (var user in Enumerable.Range(0, places.Length).OrderBy(user => _users[user].Name, Bytes.Order))
        {
            places[user] = place++;
        }

        return places;
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

/// <summary>An item as stored, and numbers of its users in their <see cref="ItemPostings"/>, in the order of their names.</summary>
internal readonly record struct ItemPosting(byte[] Item, int[] Users);
