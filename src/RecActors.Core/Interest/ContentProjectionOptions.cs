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

    /// <summary>Ridge penalty on a token's weights, relative to an item of mean trust.</summary>
    /// <value>3.</value>
    [Range(0, double.MaxValue)]
    public double Ridge { get; init; } = 3;
}
