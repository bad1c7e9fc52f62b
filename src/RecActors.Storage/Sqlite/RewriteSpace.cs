using System.Globalization;

namespace RecActors.Sqlite;

/// <summary>
/// The room that SQLite takes to write a database anew: a copy in the folder for temporary files, and then the same pages in the write-ahead
/// log beside the database.
/// </summary>
internal static class RewriteSpace
{
    private const long MiB = 1 << 20;

    /// <summary>So much is left for what is written meanwhile.</summary>
    private const long Reserve = 16 * MiB;

    /// <exception cref="IOException">There is too little room; the message says where, and how much is missing.</exception>
    public static void Require(string databasePath, Func<string, long> freeBytesAt)
    {
        var needed = new FileInfo(databasePath).Length + Reserve;
        var (data, temporary) = (Path.GetDirectoryName(Path.GetFullPath(databasePath))!, TemporaryFolder());
        var (free, freeTemporary) = (freeBytesAt(data), freeBytesAt(temporary));

        // Two folders with exactly as much room are taken for folders of one disk.
        Require(data, free == freeTemporary ? 2 * needed : needed, free);
        Require(temporary, needed, freeTemporary);
    }

    public static long FreeBytesAt(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Where SQLite puts temporary files on Unix; elsewhere the system says.</summary>
    private static string TemporaryFolder() =>
        new[] { Environment.GetEnvironmentVariable("SQLITE_TMPDIR"), Environment.GetEnvironmentVariable("TMPDIR"), "/var/tmp", "/usr/tmp", "/tmp" }
            .FirstOrDefault(Directory.Exists) ?? Path.GetTempPath();

    private static void Require(string folder, long needed, long free)
    {
        if (free < needed)
        {
            throw new IOException(string.Create(
                CultureInfo.InvariantCulture,
                $"Writing the database anew takes {needed / MiB} MiB in {folder}, where {free / MiB} MiB are free: make room there, or name another folder for temporary files in SQLITE_TMPDIR, and compact again. Nothing was changed."));
        }
    }
}
