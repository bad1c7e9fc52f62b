using System.ComponentModel.DataAnnotations;
using RecActors.Catalog;

namespace RecActors.Sharding;

/// <summary>Where the item vectors are, and how silos that have them in shards work together.</summary>
public sealed class ShardingOptions
{
    /// <summary>Where the configuration has these options.</summary>
    public const string Section = CatalogOptions.Section;

    /// <summary>Whether every serving silo has all item vectors, or the cluster has them once.</summary>
    /// <value><see cref="CatalogMode.Replicated"/>.</value>
    public CatalogMode Mode { get; set; } = CatalogMode.Replicated;

    /// <summary>Shards of the item vectors in the cluster. The same on every silo; another number needs a restart of all.</summary>
    /// <value>8: several for each of a few silos, so that one more silo has something to take over.</value>
    [Range(1, 1024)]
    public int Shards { get; set; } = 8;

    /// <summary>Silos that must be there before a shard is placed: the first ones of a starting cluster cannot hold it all.</summary>
    /// <value>1.</value>
    [Range(1, 10_000)]
    public int MinimumSilos { get; set; } = 1;

    /// <summary>Vectors of items in users' histories that a silo keeps; at 64 dimensions about 350 bytes each.</summary>
    /// <value>100,000.</value>
    [Range(1_000, 100_000_000)]
    public int CachedVectors { get; set; } = 100_000;

    /// <summary>How long an answer waits for the shards, calls repeated after a swap of the model included.</summary>
    /// <value>2 seconds; past it the caller is told to ask again.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan ShardDeadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a silo looks where the shards are, and takes one over from a silo that has more.</summary>
    /// <value>2 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan ShardCheckInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a silo that stops waits for others to take its shards over.</summary>
    /// <value>20 seconds: within the 30 that a host gives its services to stop.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan HandOverTimeout { get; set; } = TimeSpan.FromSeconds(20);
}

/// <summary>Where the item vectors are.</summary>
public enum CatalogMode
{
    /// <summary>Every serving silo has them all.</summary>
    Replicated = 0,

    /// <summary>Each is in one shard of the cluster.</summary>
    Sharded = 1,
}
