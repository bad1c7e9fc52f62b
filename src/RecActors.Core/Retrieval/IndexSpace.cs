using System.Numerics.Tensors;

namespace RecActors.Retrieval;

/// <summary>
/// What a similarity is in an index: a · (q·v) − b · |v|² − c, of vectors that are of length 1 for the cosine and as they are otherwise.
/// </summary>
internal readonly struct IndexSpace(Similarity similarity, int dimensions)
{
    public int Dimensions => dimensions;

    /// <summary>a.</summary>
    public float DotFactor => similarity == Similarity.Euclidean ? 2 : 1;

    /// <summary>b.</summary>
    public float SquareFactor => similarity == Similarity.Euclidean ? 1 : 0;

    /// <summary>c.</summary>
    public float Offset(float querySquaredNorm) => similarity == Similarity.Euclidean ? querySquaredNorm : 0;

    /// <summary>The vector as the index sees it; returns its length there.</summary>
    public float Place(ReadOnlySpan<float> vector, float squaredNorm, Span<float> placed)
    {
        var length = MathF.Sqrt(squaredNorm);
        if (similarity != Similarity.Cosine || length == 0)
        {
            vector.CopyTo(placed);
            return length;
        }

        TensorPrimitives.Divide(vector, length, placed);
        return 1;
    }
}
