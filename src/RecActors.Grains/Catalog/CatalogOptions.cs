using System.ComponentModel.DataAnnotations;

namespace RecActors.Catalog;

/// <summary>How a silo's replica follows the catalog, and how its scan is split.</summary>
public sealed class CatalogOptions
{
    /// <summary>Where the configuration has these options.</summary>
    public const string Section = "RecActors:Catalog";

    /// <summary>How often the replica looks for changes that other silos wrote. This silo's own are applied at once.</summary>
    /// <value>200 ms, so that an item is everywhere well within a second.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan FeedPollInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How far the replica may be behind the store before the silo calls itself not ready.</summary>
    /// <value>1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan MaxLag { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a data folder's silo looks whether a snapshot of its replica, which the next start reads, is worth writing anew.</summary>
    /// <value>1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan SnapshotInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Changes since the last snapshot below which there is no new one: the next start reads them from the feed.</summary>
    /// <value>1,000: some ten milliseconds.</value>
    [Range(1, int.MaxValue)]
    public int SnapshotChanges { get; set; } = 1_000;

    /// <summary>The same as a share of all items, while the silo serves: writing the snapshot costs as much as it has items.</summary>
    /// <value>0.05.</value>
    [Range(0, 1)]
    public double SnapshotShare { get; set; } = 0.05;

    /// <summary>Items that one shard scans before another shard is worth its call.</summary>
    /// <value>65,536: about half a millisecond at 64 dimensions.</value>
    [Range(4096, int.MaxValue)]
    public int ItemsPerShard { get; set; } = 65_536;

    /// <summary>Items that a query scans by itself; larger catalogs are scanned by shards, which queries that come together share a pass of.</summary>
    /// <value>16,384: at 64 dimensions 4 MiB, about what a core has of the processor's last cache.</value>
    [Range(0, int.MaxValue)]
    public int ItemsSearchedInPlace { get; set; } = 16_384;

    /// <summary>Most shards of a silo; 0 for the number of processors.</summary>
    /// <value>0.</value>
    [Range(0, 1024)]
    public int MaxShards { get; set; }

    /// <summary>Queries that may wait at one shard; above it they are refused as overload.</summary>
    /// <value>1,024.</value>
    [Range(1, 1_000_000)]
    public int MaxWaitingQueries { get; set; } = 1_024;

    /// <summary>Most queries that share one pass over a shard: it bounds the length of a turn.</summary>
    /// <value>8.</value>
    [Range(1, 1024)]
    public int MaxQueriesPerPass { get; set; } = 8;
}
