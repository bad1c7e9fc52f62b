using System.ComponentModel.DataAnnotations;

namespace RecActors.ItemStats;

/// <summary>How silos exchange item statistics.</summary>
public sealed class ItemStatsOptions
{
    /// <summary>Where the configuration has these options.</summary>
    public const string Section = "RecActors:ItemStats";

    /// <summary>Partitions over which the increments are spread, by source item. The same on every silo.</summary>
    /// <value>8.</value>
    [Range(1, 4096)]
    public int Partitions { get; set; } = 8;

    /// <summary>How often a silo sends its increments and fetches those of others.</summary>
    /// <value>250 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Increments that a silo keeps for a partition that does not answer; above it the oldest are given up until the next refit.</summary>
    /// <value>200,000.</value>
    [Range(1_000, 100_000_000)]
    public int MaxWaitingIncrements { get; set; } = 200_000;

    /// <summary>Deltas that a partition keeps for silos that have not fetched them.</summary>
    /// <value>1,024: over four minutes of one silo's.</value>
    [Range(16, 1_000_000)]
    public int RetainedDeltas { get; set; } = 1_024;
}
