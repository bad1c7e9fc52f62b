namespace RecActors.Evaluation;

/// <summary>How a plan is replayed.</summary>
public sealed record ReplayOptions
{
    /// <summary>Length of the lists that are asked for.</summary>
    public const int ListLength = 50;

    /// <summary>How many of a user's latest events are held back from the model: 0 serves live, 1 one event late.</summary>
    public int Lag { get; init; }

    /// <summary>λ of maximal marginal relevance that models which can diversify are asked with; null for their own.</summary>
    public float? Lambda { get; init; }

    /// <summary>Every n-th question is asked; all events are fed.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Most questions; the replay ends with the last of them. Null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>
    /// Ranks only the relevant items and so many random others. Null ranks all, as it should be: sampled metrics need not order models as exact
    /// ones do (Krichene and Rendle 2020, "On Sampled Metrics for Item Recommendation").
    /// </summary>
    public int? Sampled { get; init; }

    /// <summary>Cutoffs of the metrics, ascending, at most <see cref="ListLength"/>.</summary>
    public IReadOnlyList<int> Cutoffs { get; init; } = [10, 20];

    /// <summary>Seed of the random items.</summary>
    public int Seed { get; init; } = 1;
}
