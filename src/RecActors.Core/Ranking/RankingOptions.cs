using System.ComponentModel.DataAnnotations;

namespace RecActors.Ranking;

/// <summary>How candidates are found, merged, ranked and diversified.</summary>
public sealed class RankingOptions
{
    /// <summary>How many candidates the ranker scores, and how many each source offers; more are taken for longer pages.</summary>
    /// <value>200: past it the recall gained is not worth the time (candidate recall is .27–.46 at 200).</value>
    [Range(10, 10_000)]
    public int Candidates { get; set; } = 200;

    /// <summary>The constant k of reciprocal rank fusion: a source adds 1 / (k + rank).</summary>
    /// <value>10: the best ranks of a source should weigh more than with the 60 customary for merging search engines.</value>
    [Range(1, 1_000)]
    public int FusionConstant { get; set; } = 10;

    /// <summary>How many of the latest actions the transitions start from.</summary>
    /// <value>20.</value>
    [Range(1, 200)]
    public int TransitionHistory { get; set; } = 20;

    /// <summary>Weight of an action in the transition source relative to the next newer one.</summary>
    /// <value>0.8.</value>
    [Range(0.01, 1.0)]
    public float TransitionDecay { get; set; } = 0.8f;

    /// <summary>The same for the feature that looks at the very last actions.</summary>
    /// <value>0.5.</value>
    [Range(0.01, 1.0)]
    public float TransitionDecayFast { get; set; } = 0.5f;

    /// <summary>How many of the latest actions the co-occurrence looks at.</summary>
    /// <value>50.</value>
    [Range(1, 200)]
    public int CooccurrenceHistory { get; set; } = 50;

    /// <summary>Weight of an action in the co-occurrence source relative to the next newer one.</summary>
    /// <value>0.95.</value>
    [Range(0.01, 1.0)]
    public float CooccurrenceDecay { get; set; } = 0.95f;

    /// <summary>The same for the feature that looks at the very last actions.</summary>
    /// <value>0.6.</value>
    [Range(0.01, 1.0)]
    public float CooccurrenceDecayFast { get; set; } = 0.6f;

    /// <summary>How many new items may enter the candidates beside what the other sources find.</summary>
    /// <value>10.</value>
    [Range(0, 1_000)]
    public int NewItemQuota { get; set; } = 10;

    /// <summary>How many of the latest rows of the catalog are looked through for new items.</summary>
    /// <value>2,000: bounds the cost of the source whatever the catalog's size.</value>
    [Range(0, 1_000_000)]
    public int NewItemScan { get; set; } = 2_000;

    /// <summary>An item counts as new while it has fewer actions than this.</summary>
    /// <value>5.</value>
    [Range(1, 1_000_000)]
    public int NewItemActions { get; set; } = 5;

    /// <summary>Default λ of maximal marginal relevance: 1 ranks by relevance alone.</summary>
    /// <value>1: diversity costs accuracy and is the site's choice.</value>
    [Range(0.0, 1.0)]
    public float DiversityLambda { get; set; } = 1f;

    /// <summary>How many features an explanation names.</summary>
    /// <value>5.</value>
    [Range(0, 100)]
    public int ExplainedFeatures { get; set; } = 5;

    /// <summary>Most items an answer reaches into: count + offset.</summary>
    /// <value>1,000.</value>
    [Range(1, 100_000)]
    public int MaxDepth { get; set; } = 1_000;
}
