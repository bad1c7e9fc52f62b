using System.Text.Json.Serialization;

namespace RecActors.Ranking;

/// <summary>
/// How candidates are scored without a ranker: each signal is standardised over the candidates and the weighted sum taken.
/// The defaults are the untrained blend that held on every data set tried; the trainer may ship better ones.
/// </summary>
public sealed record BlendWeights
{
    /// <summary>Weight of the interest embedding's score.</summary>
    public float FoldIn { get; init; } = 1f;

    /// <summary>Weight of the transitions from the latest items.</summary>
    public float Transitions { get; init; } = 1f;

    /// <summary>Weight of the co-occurrence with the history.</summary>
    public float Cooccurrence { get; init; } = 0.5f;

    /// <summary>Weight of the recent popularity: small, it decides where nothing else is known.</summary>
    public float Popularity { get; init; } = 0.1f;

    /// <summary>Weight of the learned item-to-item weights. Not stored while it is 0, so that builds which do not know it read the others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public float Linear { get; init; }

    /// <summary>Weight of the sequence model's score. Not stored while it is 0, so that builds which do not know it read the others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public float Sequence { get; init; }
}
