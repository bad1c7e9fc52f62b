using System.ComponentModel.DataAnnotations;

namespace RecActors.Interest;

/// <summary>Limits and strengths of <see cref="ContentProjection"/>.</summary>
public sealed record ContentProjectionOptions
{
    /// <summary>In how many items a token must occur to be learned: what occurs once cannot speak about another item.</summary>
    /// <value>2.</value>
    [Range(1, int.MaxValue)]
    public int MinDocumentFrequency { get; init; } = 2;

    /// <summary>How many tokens are kept, the most frequent first.</summary>
    /// <value>20,000 (5 MB at d = 64).</value>
    [Range(1, int.MaxValue)]
    public int MaxVocabulary { get; init; } = 20_000;

    /// <summary>Penalty on a token's weights, in fully trusted items.</summary>
    /// <value>10: on MovieLens, from 1 to 10 the held-out cosine is the same; more costs.</value>
    [Range(0, double.MaxValue)]
    public double Ridge { get; init; } = 10;

    /// <summary>Number of actions behind a vector that halve the doubt in it.</summary>
    /// <value>5.</value>
    [Range(0, float.MaxValue)]
    public float HalfTrustActions { get; init; } = 5;
}
