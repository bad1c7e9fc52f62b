using System.ComponentModel.DataAnnotations;
using RecActors.ItemToItem;

namespace RecActors.Ranking;

/// <summary>How candidates are found, merged, ranked and diversified.</summary>
public sealed class RankingOptions
{
    /// <summary>How many candidates the ranker scores, and how many each source offers; more are taken for longer pages.</summary>
    /// <value>200: past it the recall gained is not worth the time (candidate recall is .27–.46 at 200).</value>
    [Range(10, 10_000)]
    public int Candidates { get; set; } = 200;

    /// <summary>The same for an answer whose time runs out.</summary>
    /// <value>50: the first page keeps most of what it would have.</value>
    [Range(10, 10_000)]
    public int ReducedCandidates { get; set; } = 50;

    /// <summary>The constant k of reciprocal rank fusion: a source adds 1 / (k + rank).</summary>
    /// <value>10: the best ranks of a source should weigh more than with the 60 customary for merging search engines.</value>
    [Range(1, 1_000)]
    public int FusionConstant { get; set; } = 10;

    /// <summary>How the item-to-item sources and features weigh the history.</summary>
    /// <value><see cref="ItemToItemLookup.Default"/>.</value>
    public ItemToItemLookup ItemToItem { get; set; } = ItemToItemLookup.Default;

    /// <summary>By how much a learned item-to-item weight fades with every newer item of the history, in the one of two signals that fades.</summary>
    /// <value>0.9.</value>
    [Range(0.0, 1.0)]
    public float LinearDecay { get; set; } = 0.9f;

    /// <summary>Users whose sums of learned item-to-item weights are kept from one query to the next; the others' are summed anew when they ask.</summary>
    /// <value>1,000: with 4,000 items in the model about 65 MB.</value>
    [Range(1, 1_000_000)]
    public int PooledLinearScores { get; set; } = 1_000;

    /// <summary>How many new items may enter the candidates beside what the other sources find.</summary>
    /// <value>10.</value>
    [Range(0, 1_000)]
    public int NewItemQuota { get; set; } = 10;

    /// <summary>How many of the catalog's newest items the user's interest is compared with for that.</summary>
    /// <value>256: bounds the cost of the source whatever the catalog's size.</value>
    [Range(0, 100_000)]
    public int NewItemPool { get; set; } = 256;

    /// <summary>How many days an item counts as new.</summary>
    /// <value>30.</value>
    [Range(0.0, 36_500.0)]
    public double NewItemDays { get; set; } = 30;

    /// <summary>Default λ of maximal marginal relevance: 1 ranks by relevance alone.</summary>
    /// <value>1: .9 changes next to nothing, .8 costs 2 % of NDCG@10 for 5 % more diversity (docs/tuning.md): the site's choice.</value>
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
