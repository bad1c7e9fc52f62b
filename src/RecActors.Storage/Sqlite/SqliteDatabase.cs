using System.Globalization;
using Microsoft.Data.Sqlite;
using RecActors.Storage;

namespace RecActors.Sqlite;

/// <summary>The open database: its one writer and its readers. Thread-safe.</summary>
internal sealed class SqliteDatabase : IAsyncDisposable, IDisposable
{
    /// <summary>
    /// FULL syncs the log at every commit: an acknowledged write survives a power cut. The log is copied into the database at
    /// 16 MiB, which takes some tens of milliseconds. Deleted content is overwritten: a deleted user leaves no trace.
    /// </summary>
    private const string WriterPragmas = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA secure_delete = ON;
        PRAGMA wal_autocheckpoint = 2048;
        PRAGMA journal_size_limit = 67108864;
        PRAGMA cache_size = -32768;
        PRAGMA busy_timeout = 5000;
        """;

    /// <summary>
    /// Emptying the log waits for readers and keeps writers out meanwhile. So long lasts the read of one user; who reads for longer is not waited for.
    /// </summary>
    private const int EmptyingTimeoutMs = 50;

    private SqliteDatabase(string path, EmbeddedStorageOptions options, StorageTelemetry telemetry)
    {
        Path = path;
        Readers = new SqliteReaders(path);
        Writer = new GroupCommitWriter(
            () => SqliteSession.Open(path, SqliteOpenMode.ReadWrite, WriterPragmas),
            options.MaxGroupWrites,
            options.MaxGroupBytes,
            telemetry);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    public SqliteReaders Readers { get; }

    public GroupCommitWriter Writer { get; }

    /// <exception cref="DataFolderException">The database is corrupt, foreign or newer.</exception>
    public static SqliteDatabase Open(string path, EmbeddedStorageOptions options, StorageTelemetry telemetry)
    {
        DatabaseFile.CreateOrVerify(path, options.StartCheckMaxBytes);
        return new SqliteDatabase(path, options, telemetry);
    }

    /// <summary>
    /// Copies the write-ahead log into the database and empties it: with it go the last images of deleted rows. False when readers or
    /// writers held it up. Writers wait for some tens of milliseconds at most: most is copied before they have to.
    /// </summary>
    public bool TryEmptyLog()
    {
        using var session = OpenSession(EmptyingTimeoutMs);
        session.Scalar("PRAGMA wal_checkpoint(PASSIVE)");
        return session.Scalar("PRAGMA wal_checkpoint(TRUNCATE)") is 0L;
    }

    /// <summary>
    /// Writes the whole database anew, without free pages and without what rows have left behind in others. It goes through the writer, so
    /// other writes wait for it, and reads do not. What room it takes, <see cref="RewriteSpace"/> says.
    /// </summary>
    /// <exception cref="IOException">It failed, and the database is as it was.</exception>
    public Task VacuumAsync()
    {
        var vacuum = new WriteOperation<bool>(
            static session =>
            {
                session.Execute("VACUUM");
                return true;
            },
            bytes: 0,
            isAlone: true);
        Writer.Enqueue(vacuum);
        return vacuum.Done;
    }

    /// <summary>A session beside the writer's, for maintenance.</summary>
    internal SqliteSession OpenSession(int busyTimeoutMs = 5000) =>
        SqliteSession.Open(
            Path, SqliteOpenMode.ReadWrite, string.Create(CultureInfo.InvariantCulture, $"PRAGMA synchronous = FULL; PRAGMA busy_timeout = {busyTimeoutMs};"));

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        Readers.Dispose();
    }
}
