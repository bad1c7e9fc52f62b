using System.Text.Json.Serialization;
using RecActors.Requests;

namespace RecActors.Ranking;

/// <summary>An answer with its reasons, and what it was made from.</summary>
internal sealed record ExplainedAnswerBody(
    long UserVersion,
    long ModelVersion,
    DateTime Timestamp,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Stale,
    IReadOnlyList<ExplainedItemBody> Items)
{
    public static ExplainedAnswerBody From(RecommendationAnswer answer) => new(
        answer.UserVersion,
        answer.ModelVersion,
        Timestamps.ToWire(answer.TimestampMs),
        answer.MayBeStale,
        [.. answer.Items.Select(ExplainedItemBody.From)]);
}

/// <summary>A recommended item with its reasons.</summary>
internal sealed record ExplainedItemBody(
    string Id,
    float Score,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ExplanationBody? Explanation,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float? Propensity = null)
{
    public static ExplainedItemBody From(RecommendedItem item) => new(
        item.ItemId, item.Score, item.Name, item.Explanation is { } reasons ? ExplanationBody.From(reasons) : null, item.Propensity);
}

/// <summary>Why an item is in an answer; the contributions' exact sum over the whole history is the fold-in score.</summary>
internal sealed record ExplanationBody(
    float FoldInScore,
    IReadOnlyList<ContributionBody> Contributions,
    float Baseline,
    IReadOnlyList<FeatureBody> Features,
    float OtherFeatures,
    IReadOnlyList<SourceBody> Sources)
{
    public static ExplanationBody From(ItemExplanation reasons) => new(
        reasons.FoldInScore,
        [.. reasons.Contributions.Select(part => new ContributionBody(part.ItemId, part.Name, part.Contribution))],
        reasons.Baseline,
        [.. reasons.Features.Select(part => new FeatureBody(part.Feature, part.Value, part.Contribution))],
        reasons.OtherFeatures,
        [.. reasons.Sources.Select(source => new SourceBody(source.Source, source.Rank))]);
}

/// <summary>A past action's exact part of the fold-in score.</summary>
internal sealed record ContributionBody(
    string ItemId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    float Contribution);

/// <summary>A ranker feature and its share in the distance of the score from the baseline, by integrated gradients.</summary>
internal sealed record FeatureBody(string Feature, float Value, float Contribution);

/// <summary>A candidate source and the item's rank in it, from 1.</summary>
internal sealed record SourceBody(string Source, int Rank);
