using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RecActors.ItemToItem;
using RecActors.Threads;

namespace RecActors.Models;

/// <summary>
/// A bundle in its store, read without its items, which can be many: their vectors are read one after the other, once, by who
/// takes a part of them. Not safe for concurrent use.
/// </summary>
public sealed class StoredBundle : IBundleItems, IDisposable
{
    private readonly BundleFileEntry _entry;
    private readonly SHA256 _sha256 = SHA256.Create();
    private readonly CryptoStream _hashed;
    private readonly BinaryReader _reader;

    private StoredBundle(ModelBundle bundle, BundleFileEntry entry, Stream items)
    {
        Bundle = bundle;
        _entry = entry;
        _hashed = new CryptoStream(items, _sha256, CryptoStreamMode.Read);
        _reader = new BinaryReader(new BufferedStream(_hashed, 1 << 16), new UTF8Encoding(false, throwOnInvalidBytes: true));
        ItemIds = BundleCodec.Read(bundle.Manifest.Version, BundleCodec.ItemsFile, ReadIds);
    }

    /// <summary>All of the bundle but its items.</summary>
    public ModelBundle Bundle { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> ItemIds { get; }

    /// <summary>Reads all that serving needs: a bundle without its statistics.</summary>
    /// <exception cref="InvalidDataException">A file is missing, corrupt or of a newer format; the message names the file and says which.</exception>
    public static async Task<ModelBundle> ReadServingAsync(IBundleStore store, long version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var (files, _) = await ReadFilesAsync(store, version, static entry => !BundleCodec.IsStatistics(entry), cancellationToken);
        return BundleCodec.DecodeWithoutStatistics(files);
    }

    /// <summary>The same for what nobody who is served waits for: the bundle is verified and decoded on a thread that gives way to all others.</summary>
    /// <inheritdoc cref="ReadServingAsync" path="/exception"/>
    public static async Task<ModelBundle> ReadServingBesideAsync(IBundleStore store, long version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var (files, _) = await ReadFilesAsync(store, version, static entry => !BundleCodec.IsStatistics(entry), cancellationToken);
        return await BackgroundThread.RunAsync("RecActors bundle", () => BundleCodec.DecodeWithoutStatistics(files), cancellationToken, onlyIdleTime: true);
    }

    /// <summary>Reads the statistics of a bundle.</summary>
    /// <exception cref="InvalidDataException">A file is missing, corrupt or of a newer format; the message names the file and says which.</exception>
    public static async Task<ItemStatisticsState> ReadStatisticsAsync(IBundleStore store, long version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var (files, _) = await ReadFilesAsync(store, version, BundleCodec.IsStatistics, cancellationToken);
        return BundleCodec.DecodeStatistics(files);
    }

    /// <summary>Makes sure that the statistics of a bundle can be read when a start needs them, without reading them into memory.</summary>
    /// <exception cref="InvalidDataException">A file is missing or corrupt; the message names the file and says which.</exception>
    public static async Task VerifyStatisticsAsync(IBundleStore store, long version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var (_, entries) = await ReadFilesAsync(store, version, static _ => false, cancellationToken);
        _ = BundleCodec.EntryOf(version, entries, BundleCodec.StatisticsFile);
        foreach (var entry in entries.Where(BundleCodec.IsStatistics))
        {
            await using var stream = await store.OpenAsync(version, entry.Name, cancellationToken);
            var checksum = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
            BundleCodec.Read(version, entry.Name, () => string.Equals(checksum, entry.Sha256, StringComparison.Ordinal)
                ? true
                : throw new InvalidDataException("it is corrupt: its SHA-256 is not the manifest's"));
        }
    }

    /// <summary>Opens a bundle; all but its items and statistics is verified.</summary>
    /// <exception cref="InvalidDataException">A file is missing, corrupt or of a newer format; the message names the file and says which.</exception>
    public static async Task<StoredBundle> OpenAsync(IBundleStore store, long version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var (files, entries) = await ReadFilesAsync(
            store, version, entry => !BundleCodec.IsOfItems(entry) && !BundleCodec.IsStatistics(entry), cancellationToken);
        var bundle = BundleCodec.DecodeWithoutItems(files);
        var listed = BundleCodec.EntryOf(version, entries, BundleCodec.ItemsFile);
        var items = await store.OpenAsync(version, BundleCodec.ItemsFile, cancellationToken);
        try
        {
            return new StoredBundle(bundle, listed, items);
        }
        catch
        {
            await items.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads what a bundle says about itself, and nothing else of it.</summary>
    /// <exception cref="InvalidDataException">The manifest is missing, corrupt or of a newer format.</exception>
    public static async Task<BundleManifest> ReadManifestAsync(IBundleStore store, long version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        return BundleCodec.ReadManifest(new BundleFiles(version, await ReadManifestFileAsync(store, version, cancellationToken))).Manifest;
    }

    /// <summary>Reads the vectors to the end of the file, once, and verifies the whole file then.</summary>
    /// <inheritdoc cref="IBundleItems.ReadVectors" path="/exception"/>
    public void ReadVectors(ItemVectorAction each)
    {
        ArgumentNullException.ThrowIfNull(each);
        BundleCodec.Read(Bundle.Manifest.Version, BundleCodec.ItemsFile, () =>
        {
            var vector = new float[Bundle.Manifest.Dimensions];
            for (var index = 0; index < ItemIds.Count; index++)
            {
                _reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(vector.AsSpan()));
                if (!BitConverter.IsLittleEndian)
                {
                    var bits = MemoryMarshal.Cast<float, int>(vector.AsSpan());
                    BinaryPrimitives.ReverseEndianness(bits, bits);
                }

                each(index, vector);
            }

            return _reader.BaseStream.ReadByte() < 0 && string.Equals(Convert.ToHexStringLower(_sha256.Hash!), _entry.Sha256, StringComparison.Ordinal)
                ? true
                : throw new InvalidDataException("it is corrupt: its SHA-256 is not the manifest's");
        });
    }

    public void Dispose()
    {
        _reader.Dispose();
        _hashed.Dispose();
        _sha256.Dispose();
    }

    /// <summary>Reads the manifest and some of the files that it lists, side by side: a start waits for them.</summary>
    private static async Task<(BundleFiles Files, List<BundleFileEntry> Entries)> ReadFilesAsync(
        IBundleStore store, long version, Predicate<BundleFileEntry> isWanted, CancellationToken cancellationToken)
    {
        var files = await ReadManifestFileAsync(store, version, cancellationToken);
        var (_, entries) = BundleCodec.ReadManifest(new BundleFiles(version, files));
        var wanted = entries.FindAll(isWanted);
        var contents = await Task.WhenAll(wanted.Select(entry => Task.Run(
            () => ReadAllAsync(store, version, entry.Name, entry.Bytes, cancellationToken), cancellationToken)));
        foreach (var (entry, content) in wanted.Zip(contents))
        {
            files[entry.Name] = content;
        }

        return (new BundleFiles(version, files), entries);
    }

    private static async Task<Dictionary<string, ReadOnlyMemory<byte>>> ReadManifestFileAsync(
        IBundleStore store, long version, CancellationToken cancellationToken) => new(StringComparer.Ordinal)
        {
            [BundleCodec.ManifestFile] = await ReadAllAsync(store, version, BundleCodec.ManifestFile, expected: 0, cancellationToken),
        };

    /// <summary>Reads a file. There should be as many bytes as are expected; when there are others, what is read says so.</summary>
    private static async Task<ReadOnlyMemory<byte>> ReadAllAsync(
        IBundleStore store, long version, string file, long expected, CancellationToken cancellationToken)
    {
        if (expected > Array.MaxLength)
        {
            throw new InvalidDataException($"Bundle {version} cannot be used. {file}: it has {expected} bytes, more than are read into memory.");
        }

        await using var stream = await store.OpenAsync(version, file, cancellationToken);
        using var copy = new MemoryStream(stream.CanSeek && stream.Length == expected ? (int)expected : 0);
        await stream.CopyToAsync(copy, cancellationToken);
        return copy.GetBuffer().AsMemory(0, (int)copy.Length);
    }

    private string[] ReadIds()
    {
        var count = _reader.ReadInt32();
        var dimensions = _reader.ReadInt32();

        // Before memory is asked for: an item takes a byte for its id and its floats.
        if (count < 0 || dimensions != Bundle.Manifest.Dimensions || count * (1L + (sizeof(float) * dimensions)) > _entry.Bytes)
        {
            throw new InvalidDataException($"it claims {count} items of {dimensions} dimensions, which the manifest contradicts");
        }

        return BundleSections.ReadIds(_reader, count);
    }
}
