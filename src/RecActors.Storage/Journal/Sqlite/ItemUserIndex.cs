using RecActors.Packing;
using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <summary>
/// Who has entries on an item: the table <c>item_user_blocks</c>, which knows the items of every entry in a snapshot that is no longer in the
/// log; what the log holds is looked up in the tail. A checkpoint writes it between its folds and its trim, all in the order of the index, since
/// a user's items lie all over it; a deletion, in the transaction that deletes the user's snapshots. An item's users lie in blocks (<see cref="ItemUserBlock"/>):
/// a row for each of them took a third of the database. A block's key is its first user's name, and empty where nobody is before it.
/// </summary>
internal static class ItemUserIndex
{
    /// <summary>Entries that are gathered before they are written where the index is made anew: some 50 MB.</summary>
    private const int EntriesAtOnce = 1 << 20;

    /// <summary>Ours; and without the table that versions in development after 0.1.0 had, with a row for each entry.</summary>
    private const string Create = """
        DROP TABLE IF EXISTS item_users;
        DELETE FROM meta WHERE key = 'indexed';
        CREATE TABLE IF NOT EXISTS item_user_blocks(item BLOB NOT NULL, first BLOB NOT NULL, users BLOB NOT NULL, PRIMARY KEY(item, first)) WITHOUT ROWID
        """;

    private const string SelectEpoch = "SELECT value FROM meta WHERE key = 'indexed-blocks'";
    private const string UpdateEpoch = "INSERT INTO meta(key, value) VALUES ('indexed-blocks', ?1) ON CONFLICT(key) DO UPDATE SET value = ?1";
    private const string DeleteAll = "DELETE FROM item_user_blocks";
    private const string SelectUsersByNumber = "SELECT number, name FROM users ORDER BY number";

    private const string SelectBlock = "SELECT first, users FROM item_user_blocks WHERE item = ? AND first <= ? ORDER BY first DESC LIMIT 1";
    private const string SelectNext = "SELECT first FROM item_user_blocks WHERE item = ? AND first > ? ORDER BY first LIMIT 1";
    private const string Upsert = "INSERT INTO item_user_blocks(item, first, users) VALUES (?1, ?2, ?3) ON CONFLICT(item, first) DO UPDATE SET users = ?3";
    private const string Delete = "DELETE FROM item_user_blocks WHERE item = ? AND first = ?";
    private const string SelectBlocksFrom = """
        SELECT users FROM item_user_blocks WHERE item = ?1
        AND first >= coalesce((SELECT max(first) FROM item_user_blocks WHERE item = ?1 AND first <= ?2), x'') ORDER BY first
        """;

    private const string SelectChunks = "SELECT entries FROM snapshots WHERE id >= ? AND id < ?";

    /// <summary>
    /// Within the transaction that raises the process epoch: makes the index of snapshots that were written without it, by a version
    /// that does not know it. The index has the epoch of the last process that kept it, so it shows when another has run since.
    /// </summary>
    public static void Ensure(SqliteSession session, long epoch)
    {
        session.Execute(Create);
        long indexed;
        using (var row = session.Prepare(SelectEpoch))
        {
            indexed = row.Step() ? row.Int64(0) : 0;
        }

        if (indexed != epoch - 1)
        {
            session.Prepare(DeleteAll).Run();
            MakeAnew(session);
        }

        session.Prepare(UpdateEpoch).Bind(1, epoch).Run();
    }

    /// <summary>Enters users of an item, unless the index has them.</summary>
    /// <param name="session">The writer's.</param>
    /// <param name="item">The item, as stored.</param>
    /// <param name="users">Distinct names as stored, in ascending order.</param>
    /// <param name="block">A buffer.</param>
    public static void Add(SqliteSession session, ReadOnlySpan<byte> item, IReadOnlyList<byte[]> users, ItemUserBlock block)
    {
        for (int from = 0, to; from < users.Count; from = to)
        {
            to = from + 1;
            if (to < users.Count)
            {
                using var next = session.Prepare(SelectNext).Bind(1, item).Bind(2, users[from]);
                var end = next.Step() ? next.Blob(0) : [];
                while (to < users.Count && (end.IsEmpty || users[to].AsSpan().SequenceCompareTo(end) < 0))
                {
                    to++;
                }
            }

            byte[] first;
            bool changed;
            using (var row = session.Prepare(SelectBlock).Bind(1, item).Bind(2, users[from]))
            {
                var found = row.Step();
                first = found ? row.Blob(0).ToArray() : [];
                changed = block.Add(found ? row.Blob(1) : [], users, from, to);
            }

            if (changed)
            {
                Write(session, item, first, block.Written);
            }
        }
    }

    /// <summary>Within the transaction that deletes the user's snapshot, before it does.</summary>
    public static void Remove(SqliteSession session, ReadOnlySpan<byte> user, long number)
    {
        var block = new ItemUserBlock();
        foreach (var item in ItemsOf(session, number))
        {
            byte[] first;
            using (var row = session.Prepare(SelectBlock).Bind(1, item).Bind(2, user))
            {
                if (!row.Step() || !block.Remove(row.Blob(1), user))
                {
                    continue;
                }

                first = row.Blob(0).ToArray();
            }

            // Nor does the key keep the user's name.
            var isKey = first.AsSpan().SequenceEqual(user);
            if (isKey || block.Written.IsEmpty)
            {
                session.Prepare(Delete).Bind(1, item).Bind(2, first).Run();
            }

            if (!block.Written.IsEmpty)
            {
                Write(session, item, isKey ? ItemUserBlock.FirstOf(block.Written) : first, block.Written);
            }
        }
    }

    /// <summary>Up to <paramref name="count"/> users of an item, in order, from the given one on.</summary>
    public static List<string> UsersFrom(SqliteSession session, ReadOnlySpan<byte> item, string from, int count)
    {
        var (users, name) = (new List<string>(), OrdinalText.GetBytes(from));
        using var rows = session.Prepare(SelectBlocksFrom).Bind(1, item).Bind(2, name);
        while (users.Count < count && rows.Step())
        {
            var block = new FrontCodedReader(rows.Blob(0));
            while (users.Count < count && block.MoveNext())
            {
                if (block.Name.SequenceCompareTo(name) >= 0)
                {
                    users.Add(OrdinalText.GetString(block.Name));
                }
            }
        }

        return users;
    }

    /// <summary>The items of a user's snapshot.</summary>
    public static IReadOnlyList<byte[]> ItemsOf(SqliteSession session, long number)
    {
        var items = new ItemNames();
        using var rows = session.Prepare(SelectChunks).Bind(1, UserSnapshot.ChunkId(number, 0)).Bind(2, UserSnapshot.ChunkId(number + 1, 0));
        while (rows.Step())
        {
            var reader = new PackedReader(SnapshotChunk.Open(rows.Blob(0)));
            while (!reader.AtEnd)
            {
                reader.ReadVarint();
                items.Add(FeedbackEntryCodec.SkipToItem(ref reader));
            }
        }

        return items.ToList();
    }

    private static void Write(SqliteSession session, ReadOnlySpan<byte> item, ReadOnlySpan<byte> first, ReadOnlySpan<byte> users)
    {
        if (users.Length <= ItemUserBlock.MaxBytes)
        {
            session.Prepare(Upsert).Bind(1, item).Bind(2, first).Bind(3, users).Run();
            return;
        }

        foreach (var (partFirst, part) in ItemUserBlock.Split(users, first))
        {
            session.Prepare(Upsert).Bind(1, item).Bind(2, partFirst).Bind(3, part).Run();
        }
    }

    private static void MakeAnew(SqliteSession session)
    {
        var (postings, block) = (new ItemPostings(), new ItemUserBlock());
        foreach (var (number, name) in Users(session))
        {
            postings.BeginUser(name, number);
            foreach (var item in ItemsOf(session, number))
            {
                postings.Add(item);
            }

            if (postings.Count >= EntriesAtOnce)
            {
                Enter();
                postings = new ItemPostings();
            }
        }

        Enter();

        void Enter()
        {
            foreach (var part in postings.InParts(EntriesAtOnce))
            {
                foreach (var posting in part)
                {
                    Add(session, posting.Item, postings.NamesOf(posting, gone: null), block);
                }
            }
        }
    }

    private static List<(long Number, byte[] Name)> Users(SqliteSession session)
    {
        var users = new List<(long, byte[])>();
        using var rows = session.Prepare(SelectUsersByNumber);
        while (rows.Step())
        {
            users.Add((rows.Int64(0), rows.Blob(1).ToArray()));
        }

        return users;
    }
}
