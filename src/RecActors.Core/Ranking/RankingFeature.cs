namespace RecActors.Ranking;

/// <summary>
/// The ranker's inputs, one number per candidate. Scores that are sparse and not negative enter as log(1 + 50 x), which
/// spreads the many small ones; ranks as log(1 + rank), rank 0 for the best of the candidates; margins are a score minus
/// the best candidate's. What is unknown of an item (year, content, time) takes the mean of the candidates that have it.
/// </summary>
internal enum RankingFeature
{
    /// <summary>u·v with the slowest decay of the fold-in.</summary>
    FoldInSlow,

    /// <summary>u·v with the fastest decay of the fold-in.</summary>
    FoldInFast,

    /// <summary>cos(u, v), slow.</summary>
    CosineSlow,

    /// <summary>cos(u, v), fast.</summary>
    CosineFast,

    /// <summary>Cosine of the item with the exponential average (0.9) of the history's unit vectors.</summary>
    CosineRecent,

    /// <summary>Cosine of the item with the latest action's item.</summary>
    CosineLast,

    /// <summary>Largest cosine of the item with an item that the user rejected; 0 without any.</summary>
    CosineRejected,

    /// <summary>Σ γ^k P(item | p_k) over the latest actions, slow decay.</summary>
    TransitionsSlow,

    /// <summary>The same, fast decay.</summary>
    TransitionsFast,

    /// <summary>P(item follows immediately | latest action).</summary>
    TransitionNext,

    /// <summary>Transitions counted in both directions, slow decay.</summary>
    TransitionsSymmetric,

    /// <summary>Cosine co-occurrence with the latest actions, slow decay.</summary>
    CooccurrenceSlow,

    /// <summary>The same, fast decay.</summary>
    CooccurrenceFast,

    /// <summary>log(1 + actions on the item).</summary>
    Popularity,

    /// <summary>log(1 + recent popularity).</summary>
    RecentPopularity,

    /// <summary>Cosine of the item's categories with those of the history, faded by 0.95 per action.</summary>
    CategoryProfile,

    /// <summary>The same of all content tokens.</summary>
    ContentProfile,

    /// <summary>Mean cosine of the item's content tokens with those of the last three items.</summary>
    ContentRecent,

    /// <summary>Cosine of the user's label tokens with the item's tokens.</summary>
    UserLabels,

    /// <summary>Minus the distance of the release year from the years of the user's latest items, in decades.</summary>
    YearDistance,

    /// <summary>Release year, centred on 1990, in units of 20 years.</summary>
    ReleaseYear,

    /// <summary>log(1 + days since the item was first acted on or added).</summary>
    ItemAge,

    /// <summary>log(1 + number of items in the user's window).</summary>
    HistoryLength,

    /// <summary>Log rank by the slow fold-in.</summary>
    RankFoldIn,

    /// <summary>Log rank by the slow transitions.</summary>
    RankTransitions,

    /// <summary>Log rank by the slow co-occurrence.</summary>
    RankCooccurrence,

    /// <summary>Log rank by recent popularity.</summary>
    RankRecentPopularity,

    /// <summary>FoldInSlow minus the best.</summary>
    MarginFoldInSlow,

    /// <summary>FoldInFast minus the best.</summary>
    MarginFoldInFast,

    /// <summary>TransitionsSlow minus the best.</summary>
    MarginTransitionsSlow,

    /// <summary>TransitionsFast minus the best.</summary>
    MarginTransitionsFast,

    /// <summary>CooccurrenceSlow minus the best.</summary>
    MarginCooccurrenceSlow,

    /// <summary>CooccurrenceFast minus the best.</summary>
    MarginCooccurrenceFast,

    /// <summary>cos(u, q) of the sequence model.</summary>
    Sequence,

    /// <summary>Log rank by the sequence model.</summary>
    RankSequence,

    /// <summary>Sequence minus the best.</summary>
    MarginSequence,

    /// <summary>Learned item-to-item weights, summed over the history.</summary>
    Linear,

    /// <summary>The same, faded with every newer item.</summary>
    LinearFaded,

    /// <summary>Log rank by the learned item-to-item weights.</summary>
    RankLinear,

    /// <summary>Linear minus the best.</summary>
    MarginLinear,
}
