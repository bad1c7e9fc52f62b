using RecActors.Filters;

namespace RecActors.Ranking;

/// <summary>What the engine is asked for. Range checks are the caller's; the engine clamps.</summary>
public sealed record RecommendRequest
{
    /// <summary>How many items.</summary>
    public int Count { get; init; } = 10;

    /// <summary>How many of the best to skip.</summary>
    public int Offset { get; init; }

    /// <summary>Only items of this category; null for all.</summary>
    public string? Category { get; init; }

    /// <summary>Whether to return reasons.</summary>
    public bool Explain { get; init; }

    /// <summary>The time of the query in Unix milliseconds, UTC: decides expiry and ages.</summary>
    public long NowMs { get; init; }

    /// <summary>λ of maximal marginal relevance in [0, 1], 1 for pure relevance; null for <see cref="RankingOptions.DiversityLambda"/>.</summary>
    public float? Lambda { get; init; }

    /// <summary>
    /// How far the ranking may leave the best one, as the temperature of <see cref="PlackettLuce"/>; 0 for the best one. An answer that is drawn is
    /// not re-ordered for diversity.
    /// </summary>
    public float Exploration { get; init; }

    /// <summary>Decides what is drawn.</summary>
    public long ExplorationSeed { get; init; }

    /// <summary>How much work the answer may take. One with reasons is made in full.</summary>
    public RankingEffort Effort { get; init; }

    /// <summary>Only items that pass; null for all.</summary>
    public ItemFilter? Where { get; init; }

    /// <summary>Items to move up or down.</summary>
    public IReadOnlyList<ScoreBoost> Boosts { get; init; } = [];

    /// <summary>
    /// How many items of a category the answer may have. Those that have room are looked for among <see cref="RankingOptions.MaxDepth"/>
    /// candidates, and where these are too few, in the whole catalog.
    /// </summary>
    public IReadOnlyList<CategoryCap> Caps { get; init; } = [];
}
