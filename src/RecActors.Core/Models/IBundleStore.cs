namespace RecActors.Models;

/// <summary>Published model bundles: immutable, checksummed, named by their version. Safe for concurrent use.</summary>
public interface IBundleStore
{
    /// <summary>Writes a bundle so that it appears whole or not at all.</summary>
    /// <exception cref="InvalidOperationException">The version exists already.</exception>
    ValueTask SaveAsync(BundleFiles bundle, CancellationToken cancellationToken);

    /// <summary>Reads a bundle and verifies every checksum.</summary>
    /// <exception cref="InvalidDataException">It is missing, incomplete, corrupt or of a newer format; the message says which.</exception>
    ValueTask<BundleFiles> LoadAsync(long version, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a file of a bundle to be read from its start, without a copy of it in memory where the store can. Nothing is verified:
    /// the reader compares with the manifest.
    /// </summary>
    /// <exception cref="InvalidDataException">The bundle, or the file in it, is missing.</exception>
    async ValueTask<Stream> OpenAsync(long version, string file, CancellationToken cancellationToken)
    {
        var bundle = await LoadAsync(version, cancellationToken);
        return bundle.Files.TryGetValue(file, out var bytes)
            ? new MemoryStream(bytes.ToArray(), writable: false)
            : throw new InvalidDataException($"Bundle {version} cannot be used. {file}: it is missing.");
    }

    /// <summary>The versions that are there, ascending.</summary>
    ValueTask<IReadOnlyList<long>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes a version, if it is there.</summary>
    ValueTask DeleteAsync(long version, CancellationToken cancellationToken);
}

/// <summary>A bundle as stored: its version and its files by name (letters, digits, dots and dashes).</summary>
public sealed record BundleFiles(long Version, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files);
