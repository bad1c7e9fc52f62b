using System.Globalization;
using System.IO.Hashing;
using RecActors.Packing;
using StackExchange.Redis;

namespace RecActors.Redis;

/// <summary>
/// Names of keys; <c>docs/storage-format.md</c> lists them. What one script changes together has one hash tag, hence one slot of a
/// Redis Cluster.
/// </summary>
internal sealed class RedisKeys(string prefix, int partitions)
{
    private readonly PartitionKeys[] _partitions = [.. Enumerable.Range(0, partitions).Select(index => new PartitionKeys(prefix, index))];

    /// <summary>Format and number of partitions of the installation.</summary>
    public RedisKey Installation { get; } = prefix + ":installation";

    /// <summary>What the keys of an Orleans service's stores begin with; beside the keys of the service itself.</summary>
    public static RedisKey PrefixOf(string serviceId) => serviceId + "/key-prefix";

    /// <summary>The position up to which the index of items knows every entry.</summary>
    public RedisKey Indexed { get; } = prefix + ":indexed";

    /// <summary>By partition the position up to which it is indexed, while the index is far behind: what is interrupted goes on there.</summary>
    public RedisKey IndexedPartitions { get; } = prefix + ":indexed-partitions";

    /// <summary>Held by the process that keeps the index of items up to date.</summary>
    public RedisKey IndexKeeper { get; } = prefix + ":index-keeper";

    /// <summary>The versions of bundles, also of those that are being written.</summary>
    public RedisKey Bundles { get; } = prefix + ":bundles";

    public RedisKey CatalogNumber { get; } = prefix + ":{catalog}:number";

    public RedisKey CatalogItems { get; } = prefix + ":{catalog}:items";

    public RedisKey CatalogFeed { get; } = prefix + ":{catalog}:feed";

    public RedisKey CatalogIds { get; } = prefix + ":{catalog}:ids";

    public IReadOnlyList<PartitionKeys> Partitions => _partitions;

    public PartitionKeys PartitionOf(ReadOnlySpan<byte> user) => _partitions[XxHash64.HashToUInt64(user) % (uint)_partitions.Length];

    /// <summary>What is stored of a bundle beside its chunks.</summary>
    public RedisKey Bundle(long version) => string.Create(CultureInfo.InvariantCulture, $"{prefix}:{{bundle-{version}}}");

    /// <summary>A piece of a bundle's file.</summary>
    public RedisKey BundleChunk(long version, string upload, string file, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}:{{bundle-{version}}}:{upload}:{file}:{index}");

    /// <summary>Users as bytes whose order in Redis is the ordinal order of their ids.</summary>
    public static byte[] BytesOf(string id) => OrdinalText.GetBytes(id);

    public static string IdOf(RedisValue bytes) => OrdinalText.GetString(((ReadOnlyMemory<byte>)bytes).Span);
}

/// <summary>Keys of one partition of the users.</summary>
internal sealed class PartitionKeys(string prefix, int index)
{
    private readonly byte[] _journal = System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{prefix}:{{{index}}}:j:"));

    private readonly byte[] _itemUsers = System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{prefix}:{{{index}}}:i:"));

    public int Index => index;

    /// <summary>Bytes of a journal's key before the user; fewer than 64.</summary>
    public int JournalPrefixBytes => _journal.Length;

    /// <summary>The last position given out, or sealed.</summary>
    public RedisKey Clock { get; } = string.Create(CultureInfo.InvariantCulture, $"{prefix}:{{{index}}}:clock");

    /// <summary>Number of entries ever appended.</summary>
    public RedisKey Count { get; } = string.Create(CultureInfo.InvariantCulture, $"{prefix}:{{{index}}}:count");

    /// <summary>Users by a position that none of their entries is above.</summary>
    public RedisKey Touched { get; } = string.Create(CultureInfo.InvariantCulture, $"{prefix}:{{{index}}}:touched");

    /// <summary>Erased users, as keyed hashes, by the time until which they are refused.</summary>
    public RedisKey Erased { get; } = string.Create(CultureInfo.InvariantCulture, $"{prefix}:{{{index}}}:erased");

    /// <summary>Users in ordinal order.</summary>
    public RedisKey Users { get; } = string.Create(CultureInfo.InvariantCulture, $"{prefix}:{{{index}}}:users");

    /// <summary>The users with entries on an item, in ordinal order.</summary>
    public RedisKey UsersOf(ReadOnlySpan<byte> item) => (byte[])[.. _itemUsers, .. item];

    /// <summary>The list that is a user's journal.</summary>
    public RedisKey JournalOf(ReadOnlySpan<byte> user) => (byte[])[.. _journal, .. user];
}
