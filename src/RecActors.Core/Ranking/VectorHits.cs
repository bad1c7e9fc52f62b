using RecActors.Retrieval;

namespace RecActors.Ranking;

/// <summary>What searches by vectors found: of one shard, or of all.</summary>
/// <param name="Embedding">The items nearest to the interest embedding.</param>
/// <param name="Sequence">The items nearest to the vector of the sequence model.</param>
public sealed record VectorHits(IReadOnlyList<ScoredRow> Embedding, IReadOnlyList<ScoredRow> Sequence)
{
    /// <summary>Nothing.</summary>
    public static VectorHits None { get; } = new([], []);

    /// <summary>The hits of several shards as one.</summary>
    public static VectorHits Of(IReadOnlyList<VectorHits> shards)
    {
        ArgumentNullException.ThrowIfNull(shards);
        return shards is [var only]
            ? only
            : new([.. shards.SelectMany(shard => shard.Embedding)], [.. shards.SelectMany(shard => shard.Sequence)]);
    }
}
