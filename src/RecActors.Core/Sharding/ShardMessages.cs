using RecActors.Filters;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Sharding;

/// <summary>What a shard is asked to find. Items go by their keys: rows mean nothing in another process.</summary>
public sealed record ShardSearch
{
    /// <summary>What items are compared with.</summary>
    public required ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>How they are compared.</summary>
    public Similarity Similarity { get; init; }

    /// <summary>How many to find.</summary>
    public int Count { get; init; }

    /// <summary>Only items of this category; null for all.</summary>
    public string? Category { get; init; }

    /// <summary>Only items that pass, as the steps of an <see cref="ItemFilter"/>; empty for all.</summary>
    public IReadOnlyList<FilterStep> Where { get; init; } = [];

    /// <summary>The time of the query in Unix milliseconds, UTC: decides expiry.</summary>
    public long NowMs { get; init; }

    /// <summary>Items of the shard that must not be found.</summary>
    public ReadOnlyMemory<ulong> Excluded { get; init; }

    /// <summary>Items of the shard whose scores are wanted whether or not they are found.</summary>
    public ReadOnlyMemory<ulong> Scored { get; init; }
}

/// <summary>What a shard found, best first.</summary>
/// <param name="Items">Keys of the best items.</param>
/// <param name="Scores">Their scores.</param>
/// <param name="Scored">The scores of <see cref="ShardSearch.Scored"/>, NaN for an item without a vector.</param>
public sealed record ShardHits(ReadOnlyMemory<ulong> Items, ReadOnlyMemory<float> Scores, ReadOnlyMemory<float> Scored);

/// <summary>What a shard is asked about the vectors of some of its items.</summary>
/// <param name="Items">Their keys.</param>
/// <param name="Interest">What to compare them with; null for nothing.</param>
/// <param name="WithVectors">Whether the vectors themselves are wanted.</param>
public sealed record ShardComparison(ReadOnlyMemory<ulong> Items, InterestVectors? Interest, bool WithVectors);

/// <summary>A user in the space of the vectors.</summary>
/// <param name="Slow">The embedding of the slowest decay.</param>
/// <param name="Fast">The one of the fastest.</param>
/// <param name="Recent">The average of the latest liked items, as a unit vector.</param>
/// <param name="Last">The item liked last; zeros for none.</param>
/// <param name="Rejected">The rejected items, one after the other.</param>
public sealed record InterestVectors(
    ReadOnlyMemory<float> Slow,
    ReadOnlyMemory<float> Fast,
    ReadOnlyMemory<float> Recent,
    ReadOnlyMemory<float> Last,
    ReadOnlyMemory<float> Rejected);

/// <summary>A shard's answer to a <see cref="ShardComparison"/>, in the order of its items.</summary>
/// <param name="Features">One for each item; empty when nothing was to be compared.</param>
/// <param name="Vectors">The vectors one after the other, zeros for an item without one; empty unless asked for.</param>
public sealed record ShardFeatures(ReadOnlyMemory<VectorFeatures> Features, ReadOnlyMemory<float> Vectors);

/// <summary>Vectors of some items, with what tells whether they are still right.</summary>
/// <param name="Vectors">The vectors one after the other, zeros for an item without one.</param>
/// <param name="ChangeNumbers">Of each item, the feed number up to which its vector follows its content.</param>
public sealed record ShardVectors(ReadOnlyMemory<float> Vectors, ReadOnlyMemory<long> ChangeNumbers);
