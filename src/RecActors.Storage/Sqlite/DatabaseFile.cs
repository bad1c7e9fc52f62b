using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using RecActors.Storage;

namespace RecActors.Sqlite;

/// <summary>
/// Creates <c>recactors.db</c>, and judges one that is there before anything is written to it: it is whole, ours and of a
/// version this process knows, or it is refused.
/// </summary>
internal static class DatabaseFile
{
    private const string RestoreAdvice =
        "Restore the data folder from a backup, or move it away to start empty; nothing was reset.";

    /// <exception cref="DataFolderException">The database is corrupt, foreign or newer.</exception>
    public static void CreateOrVerify(string path, long pageCheckMaxBytes)
    {
        if (File.Exists(path))
        {
            VerifyHeader(path);
            VerifyLog(path);
            VerifyContent(path, pageCheckMaxBytes);
        }
        else
        {
            Create(path);
        }
    }

    private static string LogOf(string path) => path + "-wal";

    private static void Create(string path)
    {
        if (File.Exists(LogOf(path)))
        {
            throw new DataFolderException(
                $"'{path}' is missing, but its write-ahead log '{LogOf(path)}' is there and may hold data. {RestoreAdvice}");
        }

        // Under another name until it is whole: then an empty or partial recactors.db can only be damage.
        var unfinished = path + ".new";
        File.Delete(unfinished);
        using (var session = SqliteSession.Open(unfinished, SqliteOpenMode.ReadWriteCreate, $"PRAGMA page_size = {DatabaseSchema.PageBytes};"))
        {
            session.Execute($"""
                BEGIN;
                {DatabaseSchema.Create}
                PRAGMA application_id = {DatabaseSchema.ApplicationId};
                PRAGMA user_version = {DatabaseSchema.Version};
                COMMIT;
                """);
        }

        File.Move(unfinished, path);
        DurableFiles.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Reads the header by hand: opening a database with SQLite could already change it.</summary>
    private static void VerifyHeader(string path)
    {
        Span<byte> header = stackalloc byte[DatabaseHeader.Bytes];
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            {
                throw Corrupt(path, $"it has only {file.Length} bytes");
            }
        }

        if (!header.StartsWith(DatabaseHeader.Magic))
        {
            throw Corrupt(path, "it is not an SQLite database");
        }

        if (DatabaseHeader.ApplicationId(header) != DatabaseSchema.ApplicationId)
        {
            throw new DataFolderException(
                $"'{path}' is an SQLite database of another application. Choose another data folder; nothing was changed.");
        }

        var version = DatabaseHeader.UserVersion(header);
        if (version > DatabaseSchema.Version)
        {
            throw new DataFolderException(
                $"'{path}' has format version {version}; this version of RecActors reads up to {DatabaseSchema.Version}. "
                + "Start it with the newer RecActors that wrote it; nothing was changed.");
        }

        if (version < 1)
        {
            throw Corrupt(path, $"its format version is {version}");
        }
    }

    /// <summary>SQLite takes a log with a garbled header for an empty one, and acknowledged writes would vanish in silence.</summary>
    private static void VerifyLog(string path)
    {
        Span<byte> magic = stackalloc byte[sizeof(uint)];
        var log = LogOf(path);
        if (!File.Exists(log))
        {
            return;
        }

        using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length)
        {
            return;
        }

        // All zeros is what a crash leaves of a log whose first sync never finished: nothing in it was acknowledged.
        var value = BinaryPrimitives.ReadUInt32BigEndian(magic);
        if (value != 0 && value is not (DatabaseHeader.LogMagicLittleEndian or DatabaseHeader.LogMagicBigEndian))
        {
            throw Corrupt(log, "its header is garbled");
        }
    }

    private static void VerifyContent(string path, long pageCheckMaxBytes)
    {
        try
        {
            using var session = SqliteSession.Open(path, SqliteOpenMode.ReadWrite, "PRAGMA synchronous = FULL;");
            session.KeepLogOnClose();
            if (new FileInfo(path).Length <= pageCheckMaxBytes && session.Scalar("PRAGMA quick_check(1)") is not "ok" and var finding)
            {
                throw Corrupt(path, $"its page check says: {finding}");
            }

            // With the log folded in, the file is as long as it says, or its end is missing.
            session.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            var expected = (long)session.Scalar("PRAGMA page_count")! * (long)session.Scalar("PRAGMA page_size")!;
            var actual = new FileInfo(path).Length;
            if (actual < expected)
            {
                throw Corrupt(path, $"it has {actual} of {expected} bytes");
            }
        }
        catch (SqliteException error)
        {
            throw Corrupt(path, error.Message, error);
        }
    }

    private static DataFolderException Corrupt(string path, string finding, Exception? inner = null)
    {
        var message = $"'{path}' is damaged: {finding.TrimEnd('.')}. {RestoreAdvice}";
        return inner is null ? new DataFolderException(message) : new DataFolderException(message, inner);
    }

    /// <summary>The fields of SQLite's file format (sqlite.org/fileformat2.html) that are read without SQLite.</summary>
    private static class DatabaseHeader
    {
        public const int Bytes = 100;
        public const uint LogMagicLittleEndian = 0x377f0682;
        public const uint LogMagicBigEndian = 0x377f0683;
        private const int UserVersionOffset = 60;
        private const int ApplicationIdOffset = 68;

        public static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

        public static int UserVersion(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32BigEndian(header[UserVersionOffset..]);

        public static int ApplicationId(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32BigEndian(header[ApplicationIdOffset..]);
    }
}
