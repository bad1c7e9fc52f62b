using RecActors.Ranking;

namespace RecActors.Clients;

/// <summary>An answer with its reasons, as the REST API has it.</summary>
internal sealed record WireAnswer(long UserVersion, long ModelVersion, DateTimeOffset Timestamp, bool Stale, IReadOnlyList<WireAnswerItem> Items)
{
    public RecommendationAnswer ToAnswer() =>
        new([.. Items.Select(item => item.ToItem())], UserVersion, ModelVersion, Timestamp.ToUnixTimeMilliseconds(), Stale);
}

internal sealed record WireAnswerItem(string Id, double Score, string? Name, WireExplanation? Explanation, double? Propensity)
{
    public RecommendedItem ToItem() => new(Id, (float)Score, Name, Explanation?.ToExplanation(), (float?)Propensity);
}

internal sealed record WireExplanation(
    double FoldInScore,
    IReadOnlyList<WireContribution> Contributions,
    double Baseline,
    IReadOnlyList<WireFeature> Features,
    double OtherFeatures,
    IReadOnlyList<WireSource> Sources)
{
    public ItemExplanation ToExplanation() => new(
        (float)FoldInScore,
        [.. Contributions.Select(part => new ActionContribution(part.ItemId, part.Name, (float)part.Contribution))],
        [.. Features.Select(part => new FeatureContribution(part.Feature, (float)part.Value, (float)part.Contribution))],
        [.. Sources.Select(source => new SourceRank(source.Source, source.Rank))],
        (float)Baseline,
        (float)OtherFeatures);
}

internal sealed record WireContribution(string ItemId, string? Name, double Contribution);

internal sealed record WireFeature(string Feature, double Value, double Contribution);

internal sealed record WireSource(string Source, int Rank);
