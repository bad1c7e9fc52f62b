namespace RecActors.Sqlite;

/// <summary>The tables of <c>recactors.db</c>; see <c>docs/storage-format.md</c>. A change raises <see cref="Version"/>.</summary>
internal static class DatabaseSchema
{
    /// <summary>"RAct": tells our database from others.</summary>
    public const int ApplicationId = 0x52416374;

    /// <summary>The version of tables and formats. A database of a higher one is refused.</summary>
    public const int Version = 1;

    /// <summary>
    /// A page holds four full journal chunks. Smaller pages waste more by their ends, larger ones write more per commit.
    /// </summary>
    public const int PageBytes = 8192;

    public const string Create = """
        CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO meta VALUES ('epoch', 0), ('head', 0), ('etag', 0);
        CREATE TABLE log(id INTEGER PRIMARY KEY, user BLOB NOT NULL, frame BLOB NOT NULL);
        CREATE TABLE users(number INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, length INTEGER NOT NULL);
        CREATE TABLE snapshots(id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, entries BLOB NOT NULL);
        CREATE TABLE items(number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, record BLOB);
        CREATE TABLE grain_state(id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, etag INTEGER NOT NULL, state BLOB NOT NULL);
        """;
}
