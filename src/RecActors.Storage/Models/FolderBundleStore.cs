using System.Globalization;
using System.Security.Cryptography;
using RecActors.Storage;

namespace RecActors.Models;

/// <summary>
/// Bundles as folders named by their version, each with a checksum list that <c>sha256sum -c</c> understands. A bundle is
/// written under another name, synced and renamed, so that it appears whole or not at all. Several processes may share the
/// folder.
/// </summary>
public sealed class FolderBundleStore : IBundleStore
{
    private const string UnfinishedPrefix = ".unfinished-";
    private const string DeletedPrefix = ".deleted-";

    private readonly string _folder;

    /// <param name="folder">Created when it is not there.</param>
    public FolderBundleStore(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(_folder);
    }

    public async ValueTask SaveAsync(BundleFiles bundle, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentOutOfRangeException.ThrowIfNegative(bundle.Version);
        foreach (var name in bundle.Files.Keys)
        {
            BundleChecksums.ThrowIfBadName(name);
        }

        await Task.Run(() => Save(bundle, cancellationToken), cancellationToken);
    }

    public async ValueTask<BundleFiles> LoadAsync(long version, CancellationToken cancellationToken)
    {
        // Files side by side: a start waits for this, and hashing takes most of it.
        var list = await Task.Run(() => ReadList(version), cancellationToken);
        var contents = await Task.WhenAll(list.Select(entry => Task.Run(() => ReadFile(version, entry.Name, entry.Checksum), cancellationToken)));
        return new BundleFiles(version, contents.ToDictionary(file => file.Name, file => file.Content, StringComparer.Ordinal));
    }

    public ValueTask<Stream> OpenAsync(long version, string file, CancellationToken cancellationToken)
    {
        BundleChecksums.ThrowIfBadName(file);
        try
        {
            return new(File.OpenRead(Path.Combine(PathOf(version), file)));
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"Bundle {version} cannot be used. {file}: it is missing.", failure);
        }
    }

    public ValueTask<IReadOnlyList<long>> ListAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var versions = new List<long>();
        foreach (var path in Directory.EnumerateDirectories(_folder))
        {
            if (long.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                && path == PathOf(version))
            {
                versions.Add(version);
            }
        }

        versions.Sort();
        return ValueTask.FromResult<IReadOnlyList<long>>(versions);
    }

    public async ValueTask DeleteAsync(long version, CancellationToken cancellationToken) =>
        await Task.Run(() => Delete(version), cancellationToken);

    /// <summary>Removes what a crash left half written or half deleted. Only for the one process that owns the folder.</summary>
    internal void RemoveRemains()
    {
        foreach (var path in Directory.EnumerateDirectories(_folder, ".*"))
        {
            var name = Path.GetFileName(path);
            if (name.StartsWith(UnfinishedPrefix, StringComparison.Ordinal) || name.StartsWith(DeletedPrefix, StringComparison.Ordinal))
            {
                Directory.Delete(path, recursive: true);
            }
        }
    }

    private string PathOf(long version) => Path.Combine(_folder, version.ToString(CultureInfo.InvariantCulture));

    private string UniquePath(string prefix, long version) =>
        Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{prefix}{version}-{Guid.NewGuid():N}"));

    private void Save(BundleFiles bundle, CancellationToken cancellationToken)
    {
        var path = PathOf(bundle.Version);
        if (Directory.Exists(path))
        {
            throw Exists(bundle.Version);
        }

        var unfinished = UniquePath(UnfinishedPrefix, bundle.Version);
        try
        {
            Directory.CreateDirectory(unfinished);
            foreach (var (name, content) in bundle.Files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                DurableFiles.Write(Path.Combine(unfinished, name), content.Span);
            }

            DurableFiles.Write(Path.Combine(unfinished, BundleChecksums.FileName), BundleChecksums.Encode(bundle.Files));
            DurableFiles.SyncFolder(unfinished);
            Move(unfinished, path, bundle.Version);
        }
        catch
        {
            if (Directory.Exists(unfinished))
            {
                Directory.Delete(unfinished, recursive: true);
            }

            throw;
        }

        DurableFiles.SyncFolder(_folder);
    }

    private static void Move(string unfinished, string path, long version)
    {
        try
        {
            Directory.Move(unfinished, path);
        }
        catch (IOException) when (Directory.Exists(path))
        {
            throw Exists(version);
        }
    }

    private IReadOnlyList<(string Name, byte[] Checksum)> ReadList(long version)
    {
        var path = PathOf(version);
        var list = Path.Combine(path, BundleChecksums.FileName);
        if (!File.Exists(list))
        {
            throw new InvalidDataException(Directory.Exists(path)
                ? $"Bundle {version} in '{_folder}' is incomplete: {BundleChecksums.FileName} is missing."
                : $"Bundle {version} is not in '{_folder}'.");
        }

        return BundleChecksums.Decode(version, File.ReadAllText(list));
    }

    private (string Name, ReadOnlyMemory<byte> Content) ReadFile(long version, string name, byte[] checksum)
    {
        var file = Path.Combine(PathOf(version), name);
        if (!File.Exists(file))
        {
            throw new InvalidDataException($"Bundle {version} in '{_folder}' is incomplete: {name} is missing.");
        }

        var content = File.ReadAllBytes(file);
        return SHA256.HashData(content).AsSpan().SequenceEqual(checksum)
            ? (name, content)
            : throw new InvalidDataException($"Bundle {version} in '{_folder}' is corrupt: the checksum of {name} differs.");
    }

    private void Delete(long version)
    {
        var deleted = UniquePath(DeletedPrefix, version);
        try
        {
            // A reader finds it whole or not at all.
            Directory.Move(PathOf(version), deleted);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }

        DurableFiles.SyncFolder(_folder);
        Directory.Delete(deleted, recursive: true);
    }

    private static InvalidOperationException Exists(long version) => new($"Bundle {version} exists already.");
}
