namespace RecActors.Ranking;

/// <summary>How much of the work of a recommendation is done, in the order in which one whose time runs out gives parts of it up.</summary>
public enum RankingEffort
{
    /// <summary>Everything.</summary>
    Full = 0,

    /// <summary>The sources offer, and the ranker scores, <see cref="RankingOptions.ReducedCandidates"/>.</summary>
    FewerCandidates = 1,

    /// <summary>As few candidates, in the order of the merge of the sources: no features and no ranker.</summary>
    WithoutRanker = 2,

    /// <summary>What is popular now and the user has not seen: nothing of the user's interest.</summary>
    Popular = 3,
}
