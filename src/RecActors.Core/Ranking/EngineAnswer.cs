namespace RecActors.Ranking;

/// <summary>Recommended items, best first, all from one model.</summary>
/// <param name="Items">The page asked for; shorter only when fewer eligible items exist.</param>
/// <param name="UserVersion">The user version that the answer was made from.</param>
/// <param name="ModelVersion">The model version that it was made with; 0 for none.</param>
public sealed record EngineAnswer(IReadOnlyList<RankedItem> Items, long UserVersion, long ModelVersion);

/// <summary>
/// One recommended item; the score orders the items of one answer, unless that was drawn, and has no unit. The propensity is the probability with which
/// the item was drawn to its place, given those before it; null where nothing was drawn.
/// </summary>
public readonly record struct RankedItem(int Row, string ItemId, float Score, RankingReasons? Reasons = null, float? Propensity = null);

/// <summary>Why an item is in an answer.</summary>
/// <param name="FoldInScore">The interest embedding's score u·v of the item: the sum of all the history's shares.</param>
/// <param name="Shares">Every past action's exact part of <paramref name="FoldInScore"/>, largest magnitude first.</param>
/// <param name="Features">The features that moved the score most, largest magnitude first.</param>
/// <param name="Sources">The candidate sources that found the item.</param>
public sealed record RankingReasons(
    float FoldInScore,
    IReadOnlyList<HistoryShare> Shares,
    IReadOnlyList<FeatureMove> Features,
    IReadOnlyList<SourcePosition> Sources)
{
    /// <summary>The score with every feature at its mean: it, <see cref="Features"/> and <see cref="OtherFeatures"/> sum to the score before boosts.</summary>
    public float Baseline { get; init; }

    /// <summary>The moves of the features that are not among <see cref="Features"/>, summed.</summary>
    public float OtherFeatures { get; init; }
}

/// <summary>A past action's additive part of a fold-in score.</summary>
public readonly record struct HistoryShare(int Row, float Share);

/// <summary>A feature's raw value and its share in the distance of the score from the one with every feature at its mean.</summary>
public readonly record struct FeatureMove(string Feature, float Value, float Move);

/// <summary>An item's rank, from 1, in the list of a candidate source.</summary>
public readonly record struct SourcePosition(CandidateSource Source, int Rank);

/// <summary>Where candidates come from.</summary>
public enum CandidateSource
{
    /// <summary>The items nearest to the interest embedding.</summary>
    Embedding = 0,

    /// <summary>Items that follow the user's latest ones in others' histories.</summary>
    Transitions = 1,

    /// <summary>Items that occur together with the user's in others' histories.</summary>
    Cooccurrence = 2,

    /// <summary>Items acted on most lately by all users.</summary>
    Trending = 3,

    /// <summary>Items added lately that match the user's interest best.</summary>
    NewItems = 4,

    /// <summary>Eligible items taken to fill an answer that no source could fill.</summary>
    Catalog = 5,

    /// <summary>The items that the sequence model expects next.</summary>
    Sequence = 6,

    /// <summary>Items that learned item-to-item weights lead to from the history.</summary>
    Linear = 7,
}
