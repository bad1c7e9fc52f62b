namespace RecActors.Ranking;

/// <summary>The features that speak of a candidate source: what a ranker loses with it.</summary>
public static class SourceFeatures
{
    /// <summary>The names of a source's features; none for sources that the ranker does not hear.</summary>
    public static IReadOnlySet<string> Of(CandidateSource source) => source switch
    {
        CandidateSource.Embedding => Names(
            RankingFeature.FoldInSlow, RankingFeature.FoldInFast, RankingFeature.CosineSlow, RankingFeature.CosineFast,
            RankingFeature.RankFoldIn, RankingFeature.MarginFoldInSlow, RankingFeature.MarginFoldInFast),
        CandidateSource.Transitions => Names(
            RankingFeature.TransitionsSlow, RankingFeature.TransitionsFast, RankingFeature.TransitionNext, RankingFeature.TransitionsSymmetric,
            RankingFeature.RankTransitions, RankingFeature.MarginTransitionsSlow, RankingFeature.MarginTransitionsFast),
        CandidateSource.Cooccurrence => Names(
            RankingFeature.CooccurrenceSlow, RankingFeature.CooccurrenceFast, RankingFeature.RankCooccurrence,
            RankingFeature.MarginCooccurrenceSlow, RankingFeature.MarginCooccurrenceFast),
        CandidateSource.Trending => Names(RankingFeature.RecentPopularity, RankingFeature.RankRecentPopularity),
        CandidateSource.Sequence => Names(RankingFeature.Sequence, RankingFeature.RankSequence, RankingFeature.MarginSequence),
        CandidateSource.Linear => Names(RankingFeature.Linear, RankingFeature.LinearFaded, RankingFeature.RankLinear, RankingFeature.MarginLinear),
        _ => Names(),
    };

    private static HashSet<string> Names(params RankingFeature[] features) => [.. features.Select(feature => feature.ToString())];
}
