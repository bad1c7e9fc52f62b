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

    /// <summary>Where SQLite puts temporary files on Unix, in its order; elsewhere the system says.</summary>
    private static string?[] TemporaryFolders =>
        [Environment.GetEnvironmentVariable("SQLITE_TMPDIR"), Environment.GetEnvironmentVariable("TMPDIR"), "/var/tmp", "/usr/tmp", "/tmp"];

    /// <exception cref="IOException">There is too little room; the message says where, and how much is missing.</exception>
    public static void Require(string databasePath, Func<string, long> freeBytesAt) =>
        Require(databasePath, FirstWritable(TemporaryFolders) ?? Path.GetTempPath(), freeBytesAt);

    /// <inheritdoc cref="Require(string, Func{string, long})"/>
    internal static void Require(string databasePath, string temporaryFolder, Func<string, long> freeBytesAt)
    {
        var needed = new FileInfo(databasePath).Length + Reserve;
        var (data, temporary) = (Path.GetDirectoryName(Path.GetFullPath(databasePath))!, Path.GetFullPath(temporaryFolder));
        var (free, freeTemporary) = (freeBytesAt(data), freeBytesAt(temporary));

        // A disk in use has another bit of room at each reading; one that is mounted twice, as in a container, has the same, most often.
        var mounts = Array.ConvertAll(DriveInfo.GetDrives(), drive => drive.Name);
        var isOneDisk = MountOf(data, mounts) == MountOf(temporary, mounts) || free == freeTemporary;
        Require(data, isOneDisk ? 2 * needed : needed, free);
        Require(temporary, needed, freeTemporary);
    }

    public static long FreeBytesAt(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>The longest of the mounts that the folder is in.</summary>
    internal static string? MountOf(string folder, IEnumerable<string> mounts) =>
        mounts.Where(mount => IsIn(folder, Path.TrimEndingDirectorySeparator(mount))).MaxBy(mount => mount.Length);

    /// <summary>The first of the folders that a file can be made in, as SQLite chooses.</summary>
    internal static string? FirstWritable(IEnumerable<string?> folders) => folders.FirstOrDefault(folder => !string.IsNullOrEmpty(folder) && IsWritable(folder));

    private static bool IsIn(string folder, string mount) =>
        folder == mount || folder.StartsWith(Path.EndsInDirectorySeparator(mount) ? mount : mount + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static bool IsWritable(string folder)
    {
        try
        {
            using var file = new FileStream(
                Path.Combine(folder, Path.GetRandomFileName()),
                new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
            return true;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

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
