namespace RecActors.Retrieval;

/// <summary>Scores pairs of vectors under a <see cref="Similarity"/>.</summary>
public static class SimilarityScore
{
    /// <summary>The similarity of two vectors of one length; the same number as a search gives.</summary>
    public static float Score(this Similarity similarity, ReadOnlySpan<float> query, ReadOnlySpan<float> vector)
    {
        if (query.Length != vector.Length)
        {
            throw new ArgumentException($"Vectors of {query.Length} and {vector.Length} dimensions cannot be compared.", nameof(vector));
        }

        var kernel = VectorKernels.Best;
        return FromDot(similarity, kernel.Dot(query, vector), kernel.Dot(query, query), kernel.Dot(vector, vector));
    }

    internal static float FromDot(Similarity similarity, float dot, float querySquaredNorm, float squaredNorm) => similarity switch
    {
        Similarity.DotProduct => dot,
        Similarity.Cosine => querySquaredNorm > 0 && squaredNorm > 0 ? dot / MathF.Sqrt(querySquaredNorm) / MathF.Sqrt(squaredNorm) : 0,
        Similarity.Euclidean => (2 * dot) - querySquaredNorm - squaredNorm,
        _ => throw new ArgumentOutOfRangeException(nameof(similarity), similarity, "No such similarity."),
    };
}
