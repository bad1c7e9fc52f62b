namespace RecActors.Interest;

/// <summary>A user's interest in the space of one model: an embedding per decay of the fold-in. Immutable.</summary>
/// <param name="ModelVersion">The model whose item vectors the embeddings are to be compared with.</param>
/// <param name="Embeddings">One vector per entry of <see cref="FoldInParameters.Decays"/>, in that order.</param>
public sealed record UserInterest(long ModelVersion, float[][] Embeddings)
{
    /// <summary>The user's vector in the model's <see cref="Sequences.SequenceModel"/>; null without one, or when it knows nothing of the user.</summary>
    public float[]? Sequence { get; init; }
}
