using Microsoft.Extensions.Logging;
using RecActors.Packing;
using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <summary>
/// Who has entries on an item: the table <c>item_user_blocks</c>, which knows the items of every entry in a snapshot that is no longer in the
/// log; what the log holds is looked up in the tail. A checkpoint writes it between its folds and its trim, all in the order of the index, since
/// a user's items lie all over it; a deletion, in the transaction that deletes the user's snapshots. An item's users lie in blocks (<see cref="ItemUserBlock"/>),
/// without the item's and the user's id in a row for each of them. A block's key is its first user's name, and empty where nobody is before it. All of it
/// is derived: a block that is damaged goes, and the next start makes the index anew. What writes is the writer's; the others are thread-safe.
/// </summary>
internal sealed partial class ItemUserIndex(ILogger logger)
{
    private const string SelectBlock = "SELECT first, users FROM item_user_blocks WHERE item = ? AND first <= ? ORDER BY first DESC LIMIT 1";
    private const string SelectNext = "SELECT first FROM item_user_blocks WHERE item = ? AND first > ? ORDER BY first LIMIT 1";
    private const string Upsert = "INSERT INTO item_user_blocks(item, first, users) VALUES (?1, ?2, ?3) ON CONFLICT(item, first) DO UPDATE SET users = ?3";
    private const string Delete = "DELETE FROM item_user_blocks WHERE item = ? AND first = ?";
    private const string SelectBlocksFrom = """
        SELECT users FROM item_user_blocks WHERE item = ?1
        AND first >= coalesce((SELECT max(first) FROM item_user_blocks WHERE item = ?1 AND first <= ?2), x'') ORDER BY first
        """;

    private const string SelectChunks = "SELECT entries FROM snapshots WHERE id >= ? AND id < ?";

    /// <summary>Enters users of an item, unless the index has them.</summary>
    /// <param name="session">The writer's.</param>
    /// <param name="item">The item, as stored.</param>
    /// <param name="users">Distinct names as stored, in ascending order.</param>
    /// <param name="block">A buffer.</param>
    public void Add(SqliteSession session, ReadOnlySpan<byte> item, IReadOnlyList<byte[]> users, ItemUserBlock block)
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
            bool changed, isDamaged;
            using (var row = session.Prepare(SelectBlock).Bind(1, item).Bind(2, users[from]))
            {
                var found = row.Step();
                first = found ? row.Blob(0).ToArray() : [];
                var names = found ? NamesOrNone(session, row.Blob(1)) : [];
                isDamaged = found && names.IsEmpty;
                changed = block.Add(names, users, from, to);
            }

            if (isDamaged)
            {
                // The key goes as well: it is the name of somebody whom the new block does not know.
                session.Prepare(Delete).Bind(1, item).Bind(2, first).Run();
                first = first.Length > 0 ? users[from] : first;
            }

            if (changed)
            {
                Write(session, item, first, block.Names);
            }
        }
    }

    /// <summary>Within the transaction that deletes the user's snapshot, before it does. Of a damaged block nobody is left.</summary>
    public void Remove(SqliteSession session, ReadOnlySpan<byte> user, long number)
    {
        var block = new ItemUserBlock();
        foreach (var item in ItemsOrNone(session, number))
        {
            byte[] first;
            using (var row = session.Prepare(SelectBlock).Bind(1, item).Bind(2, user))
            {
                if (!row.Step())
                {
                    continue;
                }

                first = row.Blob(0).ToArray();
                var names = NamesOrNone(session, row.Blob(1));
                if (!block.Remove(names, user) && !names.IsEmpty)
                {
                    continue;
                }
            }

            // Nor does the key keep the user's name.
            var isKey = first.AsSpan().SequenceEqual(user);
            if (isKey || block.Names.IsEmpty)
            {
                session.Prepare(Delete).Bind(1, item).Bind(2, first).Run();
            }

            if (!block.Names.IsEmpty)
            {
                Write(session, item, isKey ? ItemUserBlock.FirstOf(block.Names) : first, block.Names);
            }
        }
    }

    /// <summary>Up to <paramref name="count"/> users of an item, in order, from the given one on.</summary>
    /// <exception cref="InvalidDataException">A block is damaged.</exception>
    public static List<string> UsersFrom(SqliteSession session, ReadOnlySpan<byte> item, string from, int count)
    {
        var (users, name) = (new List<string>(), OrdinalText.GetBytes(from));
        using var rows = session.Prepare(SelectBlocksFrom).Bind(1, item).Bind(2, name);
        while (users.Count < count && rows.Step())
        {
            var block = new FrontCodedReader(ItemUserBlock.Open(rows.Blob(0)));
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

    /// <summary>The same; none where the snapshot is damaged, and then the index is forgotten, since nothing else tells where the user is in it.</summary>
    private IReadOnlyList<byte[]> ItemsOrNone(SqliteSession session, long number)
    {
        try
        {
            return ItemsOf(session, number);
        }
        catch (InvalidDataException damage)
        {
            Forget(session, damage);
            return [];
        }
    }

    /// <summary>The names of a stored block, which has at least one; none where it is damaged, and then the index is forgotten.</summary>
    private ReadOnlySpan<byte> NamesOrNone(SqliteSession session, ReadOnlySpan<byte> block)
    {
        try
        {
            return ItemUserBlock.Open(block);
        }
        catch (InvalidDataException damage)
        {
            Forget(session, damage);
            return [];
        }
    }

    private static void Write(SqliteSession session, ReadOnlySpan<byte> item, ReadOnlySpan<byte> first, ReadOnlySpan<byte> names)
    {
        foreach (var (key, block) in ItemUserBlock.Seal(names, first))
        {
            session.Prepare(Upsert).Bind(1, item).Bind(2, key).Bind(3, block).Run();
        }
    }
}
