using RecActors.Sqlite;

namespace RecActors.Erasure;

/// <summary>The tables of erased users in SQLite: <c>erasures</c> and, in <c>secrets</c>, the key of their hashes.</summary>
internal static class ErasedUsers
{
    // A database of a version that does not know the tables gets them, empty.
    private const string Create = """
        CREATE TABLE IF NOT EXISTS secrets(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS erasures(hash BLOB PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
        """;

    private const string SelectKey = "SELECT value FROM secrets WHERE name = 'erasure-key'";
    private const string UpsertKey = "INSERT INTO secrets(name, value) VALUES ('erasure-key', ?1) ON CONFLICT(name) DO UPDATE SET value = ?1";
    private const string Upsert = "INSERT INTO erasures(hash, until) VALUES (?1, ?2) ON CONFLICT(hash) DO UPDATE SET until = max(until, ?2)";
    private const string DeleteHash = "DELETE FROM erasures WHERE hash = ? RETURNING until";
    private const string DeleteUntil = "DELETE FROM erasures WHERE until <= ?";
    private const string SelectUntil = "SELECT until FROM erasures WHERE hash = ?";
    private const string SelectAll = "SELECT hash, until FROM erasures WHERE until > ? ORDER BY hash";
    private const string CountAll = "SELECT count(*) FROM erasures WHERE until > ?";

    /// <summary>Makes the tables and the key where they are missing; returns the key.</summary>
    public static byte[] Ensure(SqliteSession session)
    {
        session.Execute(Create);
        using (var known = session.Prepare(SelectKey))
        {
            if (known.Step())
            {
                return known.Blob(0).ToArray();
            }
        }

        var key = UserHashes.NewKey();
        SetKey(session, key);
        return key;
    }

    public static void SetKey(SqliteSession session, ReadOnlySpan<byte> key) => session.Prepare(UpsertKey).Bind(1, key).Run();

    public static void Add(SqliteSession session, ReadOnlySpan<byte> hash, long untilMs) =>
        session.Prepare(Upsert).Bind(1, hash).Bind(2, untilMs).Run();

    /// <summary>True when the user was refused.</summary>
    public static bool Remove(SqliteSession session, ReadOnlySpan<byte> hash, long nowMs)
    {
        using var removed = session.Prepare(DeleteHash).Bind(1, hash);
        return removed.Step() && removed.Int64(0) > nowMs;
    }

    public static bool RemoveThrough(SqliteSession session, long nowMs)
    {
        session.Prepare(DeleteUntil).Bind(1, nowMs).Run();
        return true;
    }

    /// <summary>Until when a user is refused, in Unix milliseconds; 0 when not, or not any more.</summary>
    public static long UntilMs(SqliteSession session, ReadOnlySpan<byte> hash, long nowMs)
    {
        using var row = session.Prepare(SelectUntil).Bind(1, hash);
        return row.Step() && row.Int64(0) is var until && until > nowMs ? until : 0;
    }

    public static List<ErasedUser> List(SqliteSession session, long nowMs)
    {
        var users = new List<ErasedUser>();
        using var rows = session.Prepare(SelectAll).Bind(1, nowMs);
        while (rows.Step())
        {
            users.Add(new ErasedUser(rows.Blob(0).ToArray(), rows.Int64(1)));
        }

        return users;
    }

    public static long Count(SqliteSession session, long nowMs)
    {
        using var row = session.Prepare(CountAll).Bind(1, nowMs);
        row.Step();
        return row.Int64(0);
    }
}
