using RecActors.Filters;

namespace RecActors.Ranking;

/// <summary>What a site asks for.</summary>
[GenerateSerializer, Immutable, Alias("recactors.recommend-query")]
public sealed record RecommendQuery
{
    /// <summary>How many items.</summary>
    [Id(0)]
    public int Count { get; init; } = 10;

    /// <summary>How many of the best to skip.</summary>
    [Id(1)]
    public int Offset { get; init; }

    /// <summary>Only items of this category; null for all.</summary>
    [Id(2)]
    public string? Category { get; init; }

    /// <summary>Whether to return reasons.</summary>
    [Id(3)]
    public bool Explain { get; init; }

    /// <summary>The answer must come from at least this user version; 0 for any.</summary>
    [Id(4)]
    public long MinimumUserVersion { get; init; }

    /// <summary>The time of the query in Unix milliseconds, UTC; 0 for now. Replays set it.</summary>
    [Id(5)]
    public long TimestampMs { get; init; }

    /// <summary>Diversity: λ of maximal marginal relevance in [0, 1], 1 for pure relevance; null for the configured default.</summary>
    [Id(6)]
    public float? Lambda { get; init; }

    /// <summary>True to answer with the items nearest to the user's interest embedding, in that order, without the ranker.</summary>
    [Id(7)]
    public bool Collaborative { get; init; }

    /// <summary>Only items that pass; null for all.</summary>
    [Id(8)]
    public ItemPredicate? Where { get; init; }

    /// <summary>Items to move up or down; null for none.</summary>
    [Id(9)]
    public IReadOnlyList<Boost>? Boosts { get; init; }

    /// <summary>How many items of a category the answer may have; null for any number.</summary>
    [Id(10)]
    public IReadOnlyList<Cap>? Caps { get; init; }

    /// <summary>How far the ranking may leave the best one: each place is drawn with probabilities in proportion to exp(relevance / this), relevance in [0, 1]; 0 for the best one.</summary>
    [Id(11)]
    public float Exploration { get; init; }

    /// <summary>Decides what is drawn; 0 for something else every time.</summary>
    [Id(12)]
    public long ExplorationSeed { get; init; }
}

/// <summary>Moves items up or down: adds <paramref name="Amount"/> times the distance between the best and the worst candidate's score.</summary>
/// <param name="Where">Which items.</param>
/// <param name="Amount">1 lifts an item above all that are not lifted, −1 puts it below them.</param>
[GenerateSerializer, Immutable, Alias("recactors.boost")]
public sealed record Boost([property: Id(0)] ItemPredicate Where, [property: Id(1)] float Amount);

/// <summary>How many items of a category an answer may have; of each category without a cap of its own, where the name is null.</summary>
[GenerateSerializer, Immutable, Alias("recactors.cap")]
public readonly record struct Cap([property: Id(0)] string? Category, [property: Id(1)] int Most);

/// <summary>Recommended items, best first, and what they were made from.</summary>
/// <param name="Items">The items, best first.</param>
/// <param name="UserVersion">The user version that the answer contains.</param>
/// <param name="ModelVersion">The model version, 0 for none.</param>
/// <param name="TimestampMs">When, in Unix milliseconds, UTC.</param>
/// <param name="MayBeStale">True when the journal did not answer: actions acknowledged elsewhere since may be missing.</param>
/// <param name="Degraded">What was given up because the time was running out.</param>
[GenerateSerializer, Immutable, Alias("recactors.recommendation-answer")]
public sealed record RecommendationAnswer(
    [property: Id(0)] IReadOnlyList<RecommendedItem> Items,
    [property: Id(1)] long UserVersion,
    [property: Id(2)] long ModelVersion,
    [property: Id(3)] long TimestampMs,
    [property: Id(4)] bool MayBeStale = false,
    [property: Id(5)] Degradation Degraded = Degradation.None);

/// <summary>What an answer gave up because its time was running out; each step gives up what the ones before it do.</summary>
[GenerateSerializer, Alias("recactors.degradation")]
public enum Degradation
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Fewer candidates were ranked.</summary>
    FewerCandidates = 1,

    /// <summary>They were not ranked by the model, but are in the order in which the sources found them.</summary>
    WithoutRanker = 2,

    /// <summary>The items are what is popular now, without those that the user has seen.</summary>
    Popular = 3,
}

/// <summary>One recommended item; the propensity is the probability with which it was drawn to its place, null where nothing was drawn.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("recactors.recommended-item")]
public sealed record RecommendedItem(
    [property: Id(0)] string ItemId,
    [property: Id(1)] float Score,
    [property: Id(2)] string? Name = null,
    [property: Id(3)] ItemExplanation? Explanation = null,
    [property: Id(4)] float? Propensity = null);

/// <summary>Why an item is in an answer.</summary>
/// <param name="FoldInScore">The interest embedding's score of the item: the sum of all the history's contributions.</param>
/// <param name="Contributions">The past actions that contributed most, with their exact part of <paramref name="FoldInScore"/>.</param>
/// <param name="Features">The ranker's features that moved the score most.</param>
/// <param name="Sources">The candidate sources that found the item, with its rank in each.</param>
/// <param name="Baseline">The score with every feature at its mean; it and the features' contributions sum to the score before boosts.</param>
/// <param name="OtherFeatures">The contributions of the features that are not named, summed.</param>
[GenerateSerializer, Immutable, Alias("recactors.item-explanation")]
public sealed record ItemExplanation(
    [property: Id(0)] float FoldInScore,
    [property: Id(1)] IReadOnlyList<ActionContribution> Contributions,
    [property: Id(2)] IReadOnlyList<FeatureContribution> Features,
    [property: Id(3)] IReadOnlyList<SourceRank> Sources,
    [property: Id(4)] float Baseline = 0,
    [property: Id(5)] float OtherFeatures = 0);

/// <summary>A past action's exact, additive part of a fold-in score.</summary>
[GenerateSerializer, Immutable, Alias("recactors.action-contribution")]
public readonly record struct ActionContribution(
    [property: Id(0)] string ItemId,
    [property: Id(1)] string? Name,
    [property: Id(2)] float Contribution);

/// <summary>A ranker feature: its name, raw value, and its share in the distance of the score from the baseline.</summary>
[GenerateSerializer, Immutable, Alias("recactors.feature-contribution")]
public readonly record struct FeatureContribution(
    [property: Id(0)] string Feature,
    [property: Id(1)] float Value,
    [property: Id(2)] float Contribution);

/// <summary>A candidate source and the item's rank in it, from 1.</summary>
[GenerateSerializer, Immutable, Alias("recactors.source-rank")]
public readonly record struct SourceRank([property: Id(0)] string Source, [property: Id(1)] int Rank);
