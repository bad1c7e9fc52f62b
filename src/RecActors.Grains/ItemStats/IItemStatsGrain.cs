using RecActors.Numbers;

namespace RecActors.ItemStats;

/// <summary>
/// Where silos exchange what their users' actions add to the item statistics; the key is the partition, chosen by source item. It
/// keeps no statistics, only the latest deltas: replicas are the statistics.
/// </summary>
[Alias("recactors.item-stats"), GrainInterfaceType("recactors.item-stats")]
internal interface IItemStatsGrain : IGrainWithIntegerKey
{
    /// <summary>Takes a silo's delta, unless it is a repeated one, and returns what others have sent after the silo's last answer.</summary>
    [Alias("exchange")]
    Task<StatsNews> ExchangeAsync(StatsExchange exchange, CancellationToken cancellationToken = default);
}

/// <summary>A silo's part of an exchange.</summary>
/// <param name="Silo">The silo and its incarnation.</param>
/// <param name="Sequence">Number of the delta, from 1 and without gaps; repeated until it is answered.</param>
/// <param name="After">Number of the last delta that the silo has fetched; null to begin with those to come.</param>
/// <param name="Delta">What the silo's users did; null for nothing.</param>
[GenerateSerializer, Immutable, Alias("recactors.stats-exchange")]
internal sealed record StatsExchange(
    [property: Id(0)] string Silo,
    [property: Id(1)] long Sequence,
    [property: Id(2)] StatsCursor? After,
    [property: Id(3)] StatsDelta? Delta);

/// <summary>A place in a partition's deltas: a partition that starts anew counts from the beginning, under another incarnation.</summary>
[GenerateSerializer, Immutable, Alias("recactors.stats-cursor")]
internal readonly record struct StatsCursor([property: Id(0)] Guid Incarnation, [property: Id(1)] long Number);

/// <summary>What other silos' users did.</summary>
[GenerateSerializer, Immutable, Alias("recactors.stats-news")]
internal sealed record StatsNews([property: Id(0)] StatsCursor Through, [property: Id(1)] IReadOnlyList<StatsDelta> Deltas);

/// <summary>Increments of the item statistics, by item id: rows mean nothing in another process.</summary>
/// <param name="ItemIds">The items that the increments name, each once.</param>
/// <param name="Sources">Of each pair, the index of the earlier item.</param>
/// <param name="Targets">Of each pair, the index of the later one.</param>
/// <param name="Pairs">Of each pair: transition, next, co-occurrence.</param>
/// <param name="Items">Of each popularity increment, the index of its item.</param>
/// <param name="Popularity">Of each popularity increment: count, events.</param>
/// <param name="TimesMs">Of each popularity increment, its time.</param>
[GenerateSerializer, Immutable, Alias("recactors.stats-delta")]
internal sealed record StatsDelta(
    [property: Id(0)] string[] ItemIds,
    [property: Id(1)] PackedArray<int> Sources,
    [property: Id(2)] PackedArray<int> Targets,
    [property: Id(3)] PackedArray<float> Pairs,
    [property: Id(4)] PackedArray<int> Items,
    [property: Id(5)] PackedArray<float> Popularity,
    [property: Id(6)] PackedArray<long> TimesMs);
