using System.Numerics;

namespace RecActors.Retrieval;

/// <summary>Scores pairs of vectors under a <see cref="Similarity"/>.</summary>
public static class SimilarityScore
{
    /// <summary>The similarity of two vectors of one length: to the last bit the score that a search gives.</summary>
    public static float Score(this Similarity similarity, ReadOnlySpan<float> query, ReadOnlySpan<float> vector)
    {
        if (query.Length != vector.Length)
        {
            throw new ArgumentException($"Vectors of {query.Length} and {vector.Length} dimensions cannot be compared.", nameof(vector));
        }

        var kernel = VectorKernels.Best;
        Span<float> score = [kernel.Dot(query, vector)];
        FromDots(similarity, score, kernel.Dot(query, query), [kernel.Dot(vector, vector)]);
        return score[0];
    }

    /// <summary>The same where |q|² and |v|² are known.</summary>
    internal static float Score(
        this Similarity similarity, ReadOnlySpan<float> query, float querySquaredNorm, ReadOnlySpan<float> vector, float squaredNorm)
    {
        Span<float> score = [VectorKernels.Best.Dot(query, vector)];
        FromDots(similarity, score, querySquaredNorm, [squaredNorm]);
        return score[0];
    }

    /// <summary>Turns the dot products of one query with many vectors into similarities, in place.</summary>
    internal static void FromDots(Similarity similarity, Span<float> scores, float querySquaredNorm, ReadOnlySpan<float> squaredNorms)
    {
        switch (similarity)
        {
            case Similarity.DotProduct:
                break;
            case Similarity.Cosine:
                ToCosines(scores, querySquaredNorm, squaredNorms);
                break;
            case Similarity.Euclidean:
                ToNegatedDistances(scores, querySquaredNorm, squaredNorms);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(similarity), similarity, "No such similarity.");
        }
    }

    private static void ToCosines(Span<float> scores, float querySquaredNorm, ReadOnlySpan<float> squaredNorms)
    {
        if (querySquaredNorm == 0)
        {
            scores.Clear();
            return;
        }

        // Square roots and quotients are correctly rounded at every width, so a score does not depend on its place in a block.
        var norm = MathF.Sqrt(querySquaredNorm);
        var index = 0;
        for (; index <= scores.Length - Vector<float>.Count; index += Vector<float>.Count)
        {
            var lengths = Vector.SquareRoot(new Vector<float>(squaredNorms[index..]));
            var cosines = new Vector<float>(scores[index..]) / new Vector<float>(norm) / lengths;
            Vector.ConditionalSelect(Vector.GreaterThan(lengths, Vector<float>.Zero), cosines, Vector<float>.Zero).CopyTo(scores[index..]);
        }

        for (; index < scores.Length; index++)
        {
            scores[index] = squaredNorms[index] > 0 ? scores[index] / norm / MathF.Sqrt(squaredNorms[index]) : 0;
        }
    }

    private static void ToNegatedDistances(Span<float> scores, float querySquaredNorm, ReadOnlySpan<float> squaredNorms)
    {
        var index = 0;
        for (; index <= scores.Length - Vector<float>.Count; index += Vector<float>.Count)
        {
            var dots = new Vector<float>(scores[index..]);
            (dots + dots - new Vector<float>(querySquaredNorm) - new Vector<float>(squaredNorms[index..])).CopyTo(scores[index..]);
        }

        for (; index < scores.Length; index++)
        {
            scores[index] = scores[index] + scores[index] - querySquaredNorm - squaredNorms[index];
        }
    }
}
