using System.Runtime.ExceptionServices;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Retrieval;
using RecActors.Threads;
using RecActors.Trending;

namespace RecActors.Models;

/// <summary>
/// Model bundles as files, in the format that <c>docs/bundle-format.md</c> describes. The same bundle gives the same bytes on
/// every machine; a file that is missing, changed or of a newer format is refused by name and reason.
/// </summary>
public static class BundleCodec
{
    /// <summary>The format that this build writes, and the newest it reads.</summary>
    public const int FormatVersion = 1;

    internal const string ManifestFile = "manifest.json";
    internal const string ItemsFile = "items.bin";
    internal const string IndexFile = "index.bin";
    internal const string InterestFile = "interest.bin";
    internal const string LinearFile = "linear.bin";
    internal const string ProjectionFile = "projection.bin";
    internal const string RankerFile = "ranker.json";
    internal const string SequenceFile = "sequence.bin";
    internal const string SequenceIndexFile = "sequence-index.bin";
    internal const string StatisticsFile = "statistics.bin";
    internal const string TrendingFile = "trending.bin";

    /// <summary>The bundle's files.</summary>
    /// <exception cref="InvalidDataException">The bundle contradicts itself; see <see cref="ModelBundle.Validate"/>.</exception>
    public static BundleFiles Encode(ModelBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        bundle.Validate();
        var files = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            [ItemsFile] = BundleSections.Write(writer => BundleSections.WriteItems(writer, bundle)),
            [InterestFile] = BundleSections.Write(writer => BundleSections.WriteInterest(writer, bundle)),
            [RankerFile] = RankerJson.Write(bundle),
            [StatisticsFile] = BundleSections.Write(bundle.Statistics.Write),
        };
        if (bundle.Projection is { } projection)
        {
            files[ProjectionFile] = BundleSections.Write(projection.Write);
        }

        if (bundle.Index is { } index)
        {
            files[IndexFile] = BundleSections.Write(writer => IndexSection.Write(writer, index));
        }

        if (bundle.Linear is { } linear)
        {
            files[LinearFile] = BundleSections.Write(writer => LinearItemSection.Write(writer, linear));
        }

        if (bundle.Sequence is { } sequence)
        {
            files[SequenceFile] = BundleSections.Write(writer => SequenceSection.Write(writer, sequence));
        }

        if (bundle.SequenceIndex is { } sequenceIndex)
        {
            files[SequenceIndexFile] = BundleSections.Write(writer => IndexSection.Write(writer, sequenceIndex));
        }

        if (bundle.Statistics.Trending is { ItemIds.Length: > 0 } trending)
        {
            files[TrendingFile] = BundleSections.Write(trending.Write);
        }

        files[ManifestFile] = ManifestJson.Write(bundle.Manifest, files);
        return new BundleFiles(bundle.Manifest.Version, files);
    }

    /// <summary>Reads a bundle back and verifies all of it.</summary>
    /// <exception cref="InvalidDataException">A file is missing, corrupt or of a newer format; the message names the file and says which.</exception>
    public static ModelBundle Decode(BundleFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var (manifest, entries) = ReadManifest(files);
        VerifyAll(files, entries);
        var (itemIds, vectors) = ReadItems(files, manifest, entries);
        return Assemble(files, manifest, entries, itemIds, vectors) with
        {
            Index = ReadIndex(files, IndexFile, itemIds.Length, manifest.Dimensions, entries),
            Statistics = ReadStatistics(files, entries),
        };
    }

    /// <summary>The files that the manifest lists.</summary>
    /// <exception cref="InvalidDataException">It is missing, corrupt or of a newer format.</exception>
    internal static (BundleManifest Manifest, List<BundleFileEntry> Entries) ReadManifest(BundleFiles files)
    {
        var (manifest, entries) = Read(files.Version, ManifestFile, () => ManifestJson.Read(FileOf(files, ManifestFile)));
        return manifest.Version == files.Version
            ? (manifest, entries)
            : throw Refused(files.Version, ManifestFile, $"it is the manifest of bundle {manifest.Version}");
    }

    /// <summary>Files that serving does not read: the statistics are where a start begins, and every silo counts on from there.</summary>
    internal static bool IsStatistics(BundleFileEntry entry) => entry.Name is StatisticsFile or TrendingFile;

    /// <summary>Files of the items: not read where their vectors are in shards, which have indexes of their own.</summary>
    internal static bool IsOfItems(BundleFileEntry entry) => entry.Name is ItemsFile or IndexFile;

    /// <summary>What the manifest says of a file that no bundle is without.</summary>
    /// <exception cref="InvalidDataException">It does not list it.</exception>
    internal static BundleFileEntry EntryOf(long version, List<BundleFileEntry> entries, string file) =>
        entries.FindIndex(entry => entry.Name == file) is >= 0 and var at
            ? entries[at]
            : throw Refused(version, file, "the manifest does not list it");

    /// <summary>Reads a bundle without its statistics, which are not among the files, and verifies the others.</summary>
    /// <exception cref="InvalidDataException">A file is missing, corrupt or of a newer format; the message names the file and says which.</exception>
    internal static ModelBundle DecodeWithoutStatistics(BundleFiles files)
    {
        var (manifest, entries) = ReadManifest(files);
        VerifyAll(files, [.. entries.Where(entry => !IsStatistics(entry))]);
        var (itemIds, vectors) = ReadItems(files, manifest, entries);
        return Assemble(files, manifest, entries, itemIds, vectors) with { Index = ReadIndex(files, IndexFile, itemIds.Length, manifest.Dimensions, entries) };
    }

    /// <summary>Reads a bundle without its items and statistics, which are not among the files, and verifies the others.</summary>
    /// <exception cref="InvalidDataException">A file is missing, corrupt or of a newer format; the message names the file and says which.</exception>
    internal static ModelBundle DecodeWithoutItems(BundleFiles files)
    {
        var (manifest, entries) = ReadManifest(files);
        VerifyAll(files, [.. entries.Where(entry => !IsOfItems(entry) && !IsStatistics(entry))]);

        return Assemble(files, manifest, entries, [], []);
    }

    /// <summary>Reads and verifies the statistics alone.</summary>
    /// <exception cref="InvalidDataException">A file is missing, corrupt or of a newer format; the message names the file and says which.</exception>
    internal static ItemStatisticsState DecodeStatistics(BundleFiles files)
    {
        var (_, entries) = ReadManifest(files);
        VerifyAll(files, entries.FindAll(IsStatistics));
        return ReadStatistics(files, entries);
    }

    /// <summary>Reads a file and puts its name before whatever is wrong with it.</summary>
    internal static T Read<T>(long version, string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException exception)
        {
            throw Refused(version, file, "it ends early", exception);
        }
        catch (Exception exception) when (exception is InvalidDataException or System.Text.Json.JsonException or FormatException or ArgumentException or OverflowException)
        {
            throw Refused(version, file, exception.Message, exception);
        }
    }

    private static ModelBundle Assemble(
        BundleFiles files, BundleManifest manifest, List<BundleFileEntry> entries, string[] itemIds, float[] vectors)
    {
        var version = files.Version;
        var (foldIn, gram) = Read(version, InterestFile, () => BundleSections.Read(Listed(files, entries, InterestFile), BundleSections.ReadInterest));
        var (ranker, blend, withoutSources, lookup) = Read(version, RankerFile, () => RankerJson.Read(Listed(files, entries, RankerFile)));
        var bundle = new ModelBundle
        {
            Manifest = manifest,
            ItemIds = itemIds,
            ItemVectors = vectors,
            FoldIn = foldIn,
            Gram = gram,
            Ranker = ranker,
            Blend = blend,
            WithoutSources = withoutSources,
            Lookup = lookup,
            Projection = entries.Exists(entry => entry.Name == ProjectionFile)
                ? Read(version, ProjectionFile, () => BundleSections.Read(Listed(files, entries, ProjectionFile), ContentProjection.Read))
                : null,
            Linear = entries.Exists(entry => entry.Name == LinearFile)
                ? Read(version, LinearFile, () => BundleSections.Read(Listed(files, entries, LinearFile), LinearItemSection.Read))
                : null,
            Sequence = entries.Exists(entry => entry.Name == SequenceFile)
                ? Read(version, SequenceFile, () => BundleSections.Read(Listed(files, entries, SequenceFile), SequenceSection.Read))
                : null,
        };
        bundle = bundle with
        {
            SequenceIndex = bundle.Sequence is { } sequence ? ReadIndex(files, SequenceIndexFile, sequence.ItemIds.Count, sequence.Dimensions, entries) : null,
        };
        bundle.Validate();
        return bundle;
    }

    private static (string[] ItemIds, float[] Vectors) ReadItems(BundleFiles files, BundleManifest manifest, List<BundleFileEntry> entries) =>
        Read(files.Version, ItemsFile, () => BundleSections.Read(
            Listed(files, entries, ItemsFile), reader => BundleSections.ReadItems(reader, manifest.Dimensions)));

    private static InvertedFileState? ReadIndex(BundleFiles files, string file, int vectors, int dimensions, List<BundleFileEntry> entries) =>
        !entries.Exists(entry => entry.Name == file) ? null : Read(files.Version, file, () => BundleSections.Read(
            Listed(files, entries, file), reader => IndexSection.Read(reader, vectors, dimensions)));

    private static ItemStatisticsState ReadStatistics(BundleFiles files, List<BundleFileEntry> entries) =>
        Read(files.Version, StatisticsFile, () => BundleSections.Read(Listed(files, entries, StatisticsFile), ItemStatisticsState.Read)) with
        {
            Trending = entries.Exists(entry => entry.Name == TrendingFile)
                ? Read(files.Version, TrendingFile, () => BundleSections.Read(Listed(files, entries, TrendingFile), TrendingState.Read))
                : TrendingState.Empty,
        };

    private static ReadOnlyMemory<byte> Listed(BundleFiles files, List<BundleFileEntry> entries, string name) =>
        entries.Exists(entry => entry.Name == name)
            ? files.Files[name]
            : throw new InvalidDataException("the manifest does not list it");

    private static ReadOnlyMemory<byte> FileOf(BundleFiles files, string name) =>
        files.Files.TryGetValue(name, out var bytes) ? bytes : throw new InvalidDataException("it is missing");

    /// <summary>Side by side, since a start waits for it; but on a thread that gives way alone, which has nobody waiting. The first of the files that is wrong is named.</summary>
    private static void VerifyAll(BundleFiles files, List<BundleFileEntry> entries)
    {
        var failures = new InvalidDataException?[entries.Count];
        if (BackgroundThread.IsCurrent)
        {
            for (var index = 0; index < entries.Count; index++)
            {
                VerifyOne(index);
            }
        }
        else
        {
            Parallel.For(0, entries.Count, VerifyOne);
        }

        void VerifyOne(int index)
        {
            try
            {
                Read(files.Version, entries[index].Name, () => Verify(FileOf(files, entries[index].Name), entries[index]));
            }
            catch (InvalidDataException failure)
            {
                failures[index] = failure;
            }
        }

        if (Array.Find(failures, failure => failure is not null) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    private static bool Verify(ReadOnlyMemory<byte> bytes, BundleFileEntry entry)
    {
        if (bytes.Length != entry.Bytes)
        {
            throw new InvalidDataException($"it has {bytes.Length} bytes where the manifest says {entry.Bytes}");
        }

        return string.Equals(BundleFileEntry.Checksum(bytes.Span), entry.Sha256, StringComparison.Ordinal)
            ? true
            : throw new InvalidDataException("it is corrupt: its SHA-256 is not the manifest's");
    }

    private static InvalidDataException Refused(long version, string file, string reason, Exception? inner = null) =>
        new($"Bundle {version} cannot be used. {file}: {reason.TrimEnd('.')}.", inner);
}
