using RecActors.Catalog;

namespace RecActors.Ranking;

/// <summary>From the engine's rows to the wire's ids and names.</summary>
internal static class AnswerMapping
{
    /// <summary>Past actions that an explanation names; the rest contributed less.</summary>
    private const int ExplainedActions = 10;

    public static RecommendationAnswer Of(EngineAnswer answer, CatalogReplica catalog, long nowMs)
    {
        var items = new RecommendedItem[answer.Items.Count];
        for (var i = 0; i < items.Length; i++)
        {
            var item = answer.Items[i];
            items[i] = new RecommendedItem(
                item.ItemId, item.Score, catalog[item.Row]?.Comment, item.Reasons is { } reasons ? ExplanationOf(reasons, catalog) : null, item.Propensity);
        }

        return new RecommendationAnswer(items, answer.UserVersion, answer.ModelVersion, nowMs);
    }

    public static Degradation DegradationOf(RankingEffort effort) => effort switch
    {
        RankingEffort.Full => Degradation.None,
        RankingEffort.FewerCandidates => Degradation.FewerCandidates,
        RankingEffort.WithoutRanker => Degradation.WithoutRanker,
        RankingEffort.Popular => Degradation.Popular,
        _ => throw new ArgumentOutOfRangeException(nameof(effort), effort, "No such effort."),
    };

    private static ItemExplanation ExplanationOf(RankingReasons reasons, CatalogReplica catalog) => new(
        reasons.FoldInScore,
        [.. reasons.Shares.Take(ExplainedActions).Select(share =>
            new ActionContribution(catalog.IdOf(share.Row), catalog[share.Row]?.Comment, share.Share))],
        [.. reasons.Features.Select(feature => new FeatureContribution(feature.Feature, feature.Value, feature.Move))],
        [.. reasons.Sources.Select(source => new SourceRank(NameOf(source.Source), source.Rank))],
        reasons.Baseline,
        reasons.OtherFeatures);

    // The names are part of the API.
    private static string NameOf(CandidateSource source) => source switch
    {
        CandidateSource.Embedding => "embedding",
        CandidateSource.Transitions => "transitions",
        CandidateSource.Cooccurrence => "cooccurrence",
        CandidateSource.Trending => "trending",
        CandidateSource.NewItems => "new",
        CandidateSource.Catalog => "catalog",
        CandidateSource.Sequence => "sequence",
        CandidateSource.Linear => "linear",
        _ => source.ToString(),
    };
}
