using System.ComponentModel.DataAnnotations;

namespace RecActors.ItemStats;

/// <summary>How silos exchange item statistics.</summary>
public sealed class ItemStatsOptions
{
    /// <summary>Where the configuration has these options.</summary>
    public const string Section = "RecActors:ItemStats";

    /// <summary>Actions in one parcel, about 60 bytes each.</summary>
    internal const int MaxActionsPerParcel = 2_000;

    /// <summary>Actions in one message of an exchange, either way; more follow in the next one.</summary>
    internal const int MaxActionsPerExchange = 20_000;

    /// <summary>Actions held back at most while the statistics are copied beside serving, about 120 bytes each; with more the copy is given up.</summary>
    internal const int MaxHeldActions = 200_000;

    /// <summary>Partitions over which the exchange is spread: they take turns. The same on every silo.</summary>
    /// <value>8.</value>
    [Range(1, 4096)]
    public int Partitions { get; set; } = 8;

    /// <summary>How often a silo sends its users' actions and fetches those of others.</summary>
    /// <value>250 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How often a silo asks a partition that has had nothing for a second and promises to tell when it has: for the case that it could not.
    /// </summary>
    /// <value>5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan RestInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a silo waits for a partition's answer before it asks again.</summary>
    /// <value>2 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ExchangeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Actions that a silo keeps for each partition until every silo has them; above it the oldest are given up, and other silos miss
    /// them until they restart.
    /// </summary>
    /// <value>200,000: about 12 MB.</value>
    [Range(1_000, 100_000_000)]
    public int KeptActions { get; set; } = 200_000;

    /// <summary>Actions that a partition keeps for silos that have not fetched them; above it the oldest are given up.</summary>
    /// <value>200,000.</value>
    [Range(1_000, 100_000_000)]
    public int RetainedActions { get; set; } = 200_000;

    /// <summary>How long a silo that starts waits for an older one to hand over the recent popularity.</summary>
    /// <value>1 minute; past it the silo goes on with its own, from the journals.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan HandOverTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Actions since the statistics were stored, or since the model's cut, past which a data folder's silo stores them: beside serving, at its stop, and at its
    /// start when it had to count as many.
    /// </summary>
    /// <value>20,000: a second to count where each is another user's.</value>
    [Range(1, int.MaxValue)]
    public int SnapshotActions { get; set; } = 20_000;

    /// <summary>
    /// How often a data folder's silo looks whether there are so many, and stores them then beside serving. What comes in between, a start after a kill has to
    /// count: with a second it is little more than what came while they were stored, and rested.
    /// </summary>
    /// <value>1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan SnapshotInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How many times as long as it took to copy them a silo rests at least before it does so again, however short the interval: each time it is all of a site's
    /// statistics, and what comes meanwhile is held back.
    /// </summary>
    /// <value>9: a tenth of the time.</value>
    [Range(0, 10_000)]
    public double SnapshotRest { get; set; } = 9;

    /// <summary>
    /// How often a data folder's silo writes how the actions since the statistics were stored are counted: what a kill leaves unwritten, the next start takes from
    /// the journals of the users who acted, as it does with all that is not kept.
    /// </summary>
    /// <value>250 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ReducedLogInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Megabytes of it that are kept at most, some 30 bytes an action; what comes beyond is not. A start reads all of it, which takes some five times as much for
    /// that while. 0 keeps none.
    /// </summary>
    /// <value>64: two million actions.</value>
    [Range(0, 256)]
    public int ReducedLogMegabytes { get; set; } = 64;
}
