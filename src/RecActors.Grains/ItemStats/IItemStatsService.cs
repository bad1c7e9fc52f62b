using Orleans.Concurrency;
using Orleans.Services;
using RecActors.ItemToItem;
using RecActors.Numbers;

namespace RecActors.ItemStats;

/// <summary>How a silo that starts speaks to those that serve, and partitions to silos that rest.</summary>
[Alias("recactors.stats-service"), GrainInterfaceType("recactors.stats-service")]
internal interface IItemStatsService : IGrainService
{
    /// <summary>From now on the silo collects its users' actions for others.</summary>
    [Alias("open")]
    Task OpenAsync();

    /// <summary>The silo's recent popularity; null when it is not complete, or cannot tell.</summary>
    [Alias("hand-over")]
    Task<StatsHandOver?> HandOverAsync();

    /// <summary>A partition has news for the silo, which rests. A hint that may get lost: the silo asks now and then without one.</summary>
    [Alias("news"), OneWay]
    Task TellAsync(int partition);
}

/// <summary>A replica's recent popularity, and what it contains.</summary>
/// <param name="Clock">Events so far, over all items.</param>
/// <param name="ItemIds">The items that have any.</param>
/// <param name="LastEpochs">Of each item, the epoch of its last event.</param>
/// <param name="Sums">Of each item, three sums.</param>
/// <param name="Counted">The last parcel of each silo in each partition that is contained.</param>
[GenerateSerializer, Immutable, Alias("recactors.stats-hand-over")]
internal sealed record StatsHandOver(
    [property: Id(0)] long Clock,
    [property: Id(1)] string[] ItemIds,
    [property: Id(2)] PackedArray<int> LastEpochs,
    [property: Id(3)] PackedArray<long> Sums,
    [property: Id(4)] IReadOnlyList<StatsProgress> Counted)
{
    public static StatsHandOver Of(RecencyState recency, IEnumerable<StatsProgress> counted) =>
        new(recency.Clock, recency.ItemIds, new(recency.LastEpochs), new(recency.Sums), [.. counted]);

    public RecencyState ToRecency() => new(Clock, ItemIds, LastEpochs.Span.ToArray(), Sums.Span.ToArray());
}

/// <summary>How far a silo's parcels in a partition have got.</summary>
[GenerateSerializer, Immutable, Alias("recactors.stats-progress")]
internal readonly record struct StatsProgress([property: Id(0)] int Partition, [property: Id(1)] string Silo, [property: Id(2)] long Sequence);
