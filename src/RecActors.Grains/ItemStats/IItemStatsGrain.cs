namespace RecActors.ItemStats;

/// <summary>
/// Where silos exchange what their users' actions add to the item statistics. It keeps no statistics, only what some silo has not
/// fetched yet: replicas are the statistics. Parcels take turns over the partitions.
/// </summary>
[Alias("recactors.stats-partition"), GrainInterfaceType("recactors.stats-partition")]
internal interface IItemStatsGrain : IGrainWithIntegerKey
{
    /// <summary>Takes a silo's parcels, unless it has them, and returns those that others have sent after the silo's last answer.</summary>
    [Alias("exchange")]
    Task<PartitionNews> ExchangeAsync(PartitionExchange exchange, CancellationToken cancellationToken = default);
}

/// <summary>Actions of one silo's users.</summary>
/// <param name="Silo">The silo and its incarnation.</param>
/// <param name="Sequence">Number of the parcel among those of the silo in this partition, from 1.</param>
/// <param name="Actions">How many actions.</param>
/// <param name="Content">The actions, as <see cref="StatsDeltaCodec"/> writes them; a partition does not read them.</param>
[GenerateSerializer, Immutable, Alias("recactors.stats-parcel")]
internal sealed record StatsParcel(
    [property: Id(0)] string Silo,
    [property: Id(1)] long Sequence,
    [property: Id(2)] int Actions,
    [property: Id(3)] byte[] Content);

/// <summary>A place in a partition: one that starts anew, when its silo has died, counts from the beginning, under another incarnation.</summary>
[GenerateSerializer, Immutable, Alias("recactors.stats-partition-cursor")]
internal readonly record struct PartitionCursor([property: Id(0)] Guid Incarnation, [property: Id(1)] long Number);

/// <summary>A silo's part of an exchange.</summary>
/// <param name="Silo">The silo and its incarnation.</param>
/// <param name="After">The last place that the silo has fetched and applied; null for none.</param>
/// <param name="Parcels">
/// Its parcels that this incarnation of the partition has not taken, in order. They are taken only when <paramref name="After"/> is of this
/// incarnation: another one needs older parcels first.
/// </param>
/// <param name="Rests">The silo would rather not ask again before the partition tells it that there is news.</param>
/// <param name="IsFirst">The silo starts: what the partition has so far it will read from the journals. It wants what comes from now on.</param>
/// <param name="Relayed">
/// Parcels of silos that have died, which this incarnation of the partition has not shown and another silo may lack; in the order of each silo. Taken
/// under the same condition.
/// </param>
[GenerateSerializer, Immutable, Alias("recactors.stats-partition-exchange")]
internal sealed record PartitionExchange(
    [property: Id(0)] string Silo,
    [property: Id(1)] PartitionCursor? After,
    [property: Id(2)] IReadOnlyList<StatsParcel> Parcels,
    [property: Id(3)] bool Rests = false,
    [property: Id(4)] bool IsFirst = false,
    [property: Id(5)] IReadOnlyList<StatsParcel>? Relayed = null);

/// <summary>A partition's part of an exchange.</summary>
/// <param name="Through">The place up to which the parcels go.</param>
/// <param name="Parcels">Other silos' parcels, in the partition's order.</param>
/// <param name="HasMore">There are further parcels after <paramref name="Through"/>.</param>
/// <param name="Taken">The last of the silo's own parcels that this incarnation has taken.</param>
/// <param name="Settled">The last of the silo's own parcels that every silo has fetched: it need not be kept for another incarnation.</param>
/// <param name="HasMissed">Parcels had to be given up before the silo fetched them.</param>
/// <param name="Tells">The silo may rest: it will be told. A partition on a silo of an older version does not tell.</param>
/// <param name="Released">The place up to which the partition has let go of parcels: nobody need relay them. Null from a silo of an older version, which takes none.</param>
[GenerateSerializer, Immutable, Alias("recactors.stats-partition-news")]
internal sealed record PartitionNews(
    [property: Id(0)] PartitionCursor Through,
    [property: Id(1)] IReadOnlyList<StatsParcel> Parcels,
    [property: Id(2)] bool HasMore,
    [property: Id(3)] long Taken,
    [property: Id(4)] long Settled,
    [property: Id(5)] bool HasMissed,
    [property: Id(6)] bool Tells = false,
    [property: Id(7)] long? Released = null);
