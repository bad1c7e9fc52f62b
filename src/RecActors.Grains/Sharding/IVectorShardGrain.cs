using RecActors.Filters;
using RecActors.Numbers;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Sharding;

/// <summary>
/// One shard of the item vectors, once in the cluster; the key is its index. It answers for the model version that it is asked with,
/// or says that it does not have it. Every call names the number of shards: another one is refused.
/// </summary>
[Alias("recactors.vector-shard"), GrainInterfaceType("recactors.vector-shard")]
internal interface IVectorShardGrain : IGrainWithIntegerKey
{
    /// <summary>Where the shard lives.</summary>
    /// <exception cref="ArgumentException">The shard's silo is configured with another number of shards.</exception>
    [Alias("locate")]
    Task<ShardPlace> LocateAsync(int shards, CancellationToken cancellationToken = default);

    /// <summary>The best items that may be found.</summary>
    [Alias("search")]
    Task<ShardSearchReply> SearchAsync(ShardSearchCall call, CancellationToken cancellationToken = default);

    /// <summary>Compares vectors of the shard with a user.</summary>
    [Alias("compare")]
    Task<ShardComparisonReply> CompareAsync(ShardComparisonCall call, CancellationToken cancellationToken = default);

    /// <summary>Vectors of the shard.</summary>
    [Alias("vectors")]
    Task<ShardVectorsReply> GetVectorsAsync(ShardVectorsCall call, CancellationToken cancellationToken = default);

    /// <summary>Makes the shard live on another silo, which has prepared for it.</summary>
    [Alias("move")]
    Task MoveAsync(SiloAddress target);
}

/// <summary>Where a shard lives.</summary>
/// <param name="Silo">The silo.</param>
/// <param name="IsStopping">The silo is going away: somebody should take the shard over.</param>
[GenerateSerializer, Immutable, Alias("recactors.shard-place")]
internal readonly record struct ShardPlace([property: Id(0)] SiloAddress Silo, [property: Id(1)] bool IsStopping);

/// <summary>What a call to a shard is about.</summary>
/// <param name="Shards">Number of shards that the caller knows of.</param>
/// <param name="ModelVersion">The version that the caller's answer is made with.</param>
[GenerateSerializer, Immutable, Alias("recactors.shard-scope")]
internal readonly record struct ShardScope([property: Id(0)] int Shards, [property: Id(1)] long ModelVersion);

/// <summary>A <see cref="ShardSearch"/> on its way.</summary>
[GenerateSerializer, Immutable, Alias("recactors.shard-search")]
internal sealed record ShardSearchCall(
    [property: Id(0)] ShardScope Scope,
    [property: Id(1)] PackedArray<float> Vector,
    [property: Id(2)] int Similarity,
    [property: Id(3)] int Count,
    [property: Id(4)] string? Category,
    [property: Id(5)] long NowMs,
    [property: Id(6)] PackedArray<ulong> Excluded,
    [property: Id(7)] PackedArray<ulong> Scored,
    [property: Id(8)] ItemPredicate? Where = null)
{
    public static ShardSearchCall Of(ShardScope scope, ShardSearch search) => new(
        scope,
        new(search.Vector.Span),
        (int)search.Similarity,
        search.Count,
        search.Category,
        search.NowMs,
        new(search.Excluded.Span),
        new(search.Scored.Span),
        RequestMapping.PredicateOf(search.Where));

    public ShardSearch ToSearch() => new()
    {
        Vector = Vector.Span.ToArray(),
        Similarity = (Similarity)Similarity,
        Count = Count,
        Category = Category,
        Where = Where is null ? [] : RequestMapping.StepsOf(Where),
        NowMs = NowMs,
        Excluded = Excluded.Span.ToArray(),
        Scored = Scored.Span.ToArray(),
    };
}

/// <summary><see cref="ShardHits"/> on their way; nothing when the shard does not have the version.</summary>
[GenerateSerializer, Immutable, Alias("recactors.shard-search-reply")]
internal sealed record ShardSearchReply(
    [property: Id(0)] bool HasModel,
    [property: Id(1)] PackedArray<ulong> Items = default,
    [property: Id(2)] PackedArray<float> Scores = default,
    [property: Id(3)] PackedArray<float> Scored = default)
{
    public static ShardSearchReply Of(ShardHits hits) => new(true, new(hits.Items.Span), new(hits.Scores.Span), new(hits.Scored.Span));

    public ShardHits ToHits() => new(Items.Span.ToArray(), Scores.Span.ToArray(), Scored.Span.ToArray());
}

/// <summary>A <see cref="ShardComparison"/> on its way.</summary>
[GenerateSerializer, Immutable, Alias("recactors.shard-comparison")]
internal sealed record ShardComparisonCall(
    [property: Id(0)] ShardScope Scope,
    [property: Id(1)] PackedArray<ulong> Items,
    [property: Id(2)] bool WithFeatures,
    [property: Id(3)] bool WithVectors,
    [property: Id(4)] PackedArray<float> Slow,
    [property: Id(5)] PackedArray<float> Fast,
    [property: Id(6)] PackedArray<float> Recent,
    [property: Id(7)] PackedArray<float> Last,
    [property: Id(8)] PackedArray<float> Rejected)
{
    public static ShardComparisonCall Of(ShardScope scope, ShardComparison comparison) => comparison.Interest is { } interest
        ? new(
            scope,
            new(comparison.Items.Span),
            true,
            comparison.WithVectors,
            new(interest.Slow.Span),
            new(interest.Fast.Span),
            new(interest.Recent.Span),
            new(interest.Last.Span),
            new(interest.Rejected.Span))
        : new(scope, new(comparison.Items.Span), false, comparison.WithVectors, default, default, default, default, default);

    public ShardComparison ToComparison() => new(
        Items.Span.ToArray(),
        WithFeatures
            ? new InterestVectors(
                Slow.Span.ToArray(), Fast.Span.ToArray(), Recent.Span.ToArray(), Last.Span.ToArray(), Rejected.Span.ToArray())
            : null,
        WithVectors);
}

/// <summary><see cref="ShardFeatures"/> on their way; nothing when the shard does not have the version.</summary>
[GenerateSerializer, Immutable, Alias("recactors.shard-comparison-reply")]
internal sealed record ShardComparisonReply(
    [property: Id(0)] bool HasModel,
    [property: Id(1)] PackedArray<float> Features = default,
    [property: Id(2)] PackedArray<float> Vectors = default)
{
    public static ShardComparisonReply Of(ShardFeatures features) =>
        new(true, new(System.Runtime.InteropServices.MemoryMarshal.Cast<VectorFeatures, float>(features.Features.Span)), new(features.Vectors.Span));

    public ShardFeatures ToFeatures() => new(
        System.Runtime.InteropServices.MemoryMarshal.Cast<float, VectorFeatures>(Features.Span).ToArray(), Vectors.Span.ToArray());
}

/// <summary>A question for vectors on its way.</summary>
[GenerateSerializer, Immutable, Alias("recactors.shard-vectors")]
internal sealed record ShardVectorsCall([property: Id(0)] ShardScope Scope, [property: Id(1)] PackedArray<ulong> Items);

/// <summary><see cref="ShardVectors"/> on their way; nothing when the shard does not have the version.</summary>
[GenerateSerializer, Immutable, Alias("recactors.shard-vectors-reply")]
internal sealed record ShardVectorsReply(
    [property: Id(0)] bool HasModel,
    [property: Id(1)] PackedArray<float> Vectors = default,
    [property: Id(2)] PackedArray<long> ChangeNumbers = default);
