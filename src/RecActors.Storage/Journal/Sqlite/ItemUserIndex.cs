using RecActors.Packing;
using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <summary>
/// Who has entries on an item: the table <c>item_users</c>, which knows the items of every entry in a snapshot that is no longer in the
/// log; what the log holds is looked up in the tail. A checkpoint writes it between its folds and its trim, all in the order of the index, since
/// a user's items lie all over it; a deletion, in the transaction that deletes the user's snapshots.
/// </summary>
internal static class ItemUserIndex
{
    private const string Create =
        "CREATE TABLE IF NOT EXISTS item_users(item BLOB NOT NULL, user BLOB NOT NULL, PRIMARY KEY(item, user)) WITHOUT ROWID";

    private const string SelectEpoch = "SELECT value FROM meta WHERE key = 'indexed'";
    private const string UpdateEpoch = "INSERT INTO meta(key, value) VALUES ('indexed', ?1) ON CONFLICT(key) DO UPDATE SET value = ?1";
    private const string DeleteAll = "DELETE FROM item_users";
    private const string SelectUsersByNumber = "SELECT number, name FROM users ORDER BY number";

    private const string Insert = "INSERT OR IGNORE INTO item_users(item, user) VALUES (?, ?)";
    private const string Delete = "DELETE FROM item_users WHERE item = ? AND user = ?";
    private const string SelectUsers = "SELECT user FROM item_users WHERE item = ? AND user >= ? ORDER BY user LIMIT ?";
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
            foreach (var (number, name) in Users(session))
            {
                foreach (var item in ItemsOf(session, number))
                {
                    Add(session, item, name);
                }
            }
        }

        session.Prepare(UpdateEpoch).Bind(1, epoch).Run();
    }

    /// <summary>Enters a user of an item, unless the index has it.</summary>
    public static void Add(SqliteSession session, ReadOnlySpan<byte> item, ReadOnlySpan<byte> user) =>
        session.Prepare(Insert).Bind(1, item).Bind(2, user).Run();

    /// <summary>Within the transaction that deletes the user's snapshot, before it does.</summary>
    public static void Remove(SqliteSession session, ReadOnlySpan<byte> user, long number)
    {
        foreach (var item in ItemsOf(session, number))
        {
            session.Prepare(Delete).Bind(1, item).Bind(2, user).Run();
        }
    }

    /// <summary>Up to <paramref name="count"/> users of an item, in order, from the given one on.</summary>
    public static List<string> UsersFrom(SqliteSession session, ReadOnlySpan<byte> item, string from, int count)
    {
        var users = new List<string>();
        using var rows = session.Prepare(SelectUsers).Bind(1, item).Bind(2, OrdinalText.GetBytes(from)).Bind(3, count);
        while (rows.Step())
        {
            users.Add(OrdinalText.GetString(rows.Blob(0)));
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
