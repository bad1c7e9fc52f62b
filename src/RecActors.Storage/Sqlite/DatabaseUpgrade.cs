using Microsoft.Data.Sqlite;
using RecActors.Journal.Sqlite;
using RecActors.Storage;

namespace RecActors.Sqlite;

/// <summary>Brings a database of an earlier format up to <see cref="DatabaseSchema.Version"/>, in one transaction: wholly, or not at all.</summary>
internal static class DatabaseUpgrade
{
    private const string CreateItemUsers =
        "CREATE TABLE item_users(item BLOB NOT NULL, user BLOB NOT NULL, PRIMARY KEY(item, user)) WITHOUT ROWID";

    private const string SelectUsers = "SELECT number, name FROM users ORDER BY number";

    /// <exception cref="DataFolderException">The upgrade failed; the database is as it was.</exception>
    public static void Run(string path)
    {
        try
        {
            using var session = SqliteSession.Open(path, SqliteOpenMode.ReadWrite, "PRAGMA synchronous = FULL;");
            if (session.Scalar("PRAGMA user_version") is not 1L)
            {
                return;
            }

            session.Execute("BEGIN IMMEDIATE");
            session.Execute(CreateItemUsers);
            foreach (var (number, name) in Users(session))
            {
                ItemUserIndex.Add(session, name, ItemUserIndex.ItemsOf(session, number));
            }

            session.Execute($"PRAGMA user_version = {DatabaseSchema.Version}; COMMIT;");
        }
        catch (Exception error) when (error is SqliteException or InvalidDataException)
        {
            throw new DataFolderException(
                $"'{path}' could not be brought to format version {DatabaseSchema.Version}: {error.Message} It was left as it was.", error);
        }
    }

    private static List<(long Number, byte[] Name)> Users(SqliteSession session)
    {
        var users = new List<(long, byte[])>();
        using var rows = session.Prepare(SelectUsers);
        while (rows.Step())
        {
            users.Add((rows.Int64(0), rows.Blob(1).ToArray()));
        }

        return users;
    }
}
