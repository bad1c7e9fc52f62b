using System.Numerics.Tensors;

namespace RecActors.Ranking;

/// <summary>
/// Re-orders a ranking so that each item adds something: greedily picks argmax λ·rel(i) − (1 − λ)·max over the picked j of
/// cos(v_i, v_j) (Carbonell, Goldstein, "The use of MMR, diversity-based reranking", SIGIR 1998, section 2). Relevance is
/// scaled to [0, 1] over the ranking, so that λ weighs numbers of one size. Items without a vector are like nothing.
/// </summary>
internal static class MaximalMarginalRelevance
{
    /// <param name="scores">Relevance, best first.</param>
    /// <param name="vectors">One vector per item, items × d, row by row; any length.</param>
    /// <param name="lambda">λ in [0, 1]; 1 keeps the order.</param>
    /// <param name="order">Receives the positions of the picked items; its length says how many to pick, at most all.</param>
    public static void Pick(ReadOnlySpan<float> scores, ReadOnlySpan<float> vectors, float lambda, Span<int> order)
    {
        var count = scores.Length;
        var width = count == 0 ? 0 : vectors.Length / count;
        var norms = new float[count];
        var nearest = new float[count];
        var relevance = new float[count];
        var taken = new bool[count];
        var range = count == 0 ? 0 : scores[0] - scores[count - 1];
        for (var i = 0; i < count; i++)
        {
            norms[i] = TensorPrimitives.Norm(vectors.Slice(i * width, width));
            relevance[i] = range > 0 ? (scores[i] - scores[count - 1]) / range : 1f;
        }

        for (var pick = 0; pick < order.Length; pick++)
        {
            var best = -1;
            var bestValue = float.NegativeInfinity;
            for (var i = 0; i < count; i++)
            {
                // Nothing is picked yet at first, so nothing is near.
                var value = (lambda * relevance[i]) - ((1f - lambda) * (pick == 0 ? 0f : nearest[i]));
                if (!taken[i] && value > bestValue)
                {
                    best = i;
                    bestValue = value;
                }
            }

            order[pick] = best;
            taken[best] = true;
            var chosen = vectors.Slice(best * width, width);
            for (var i = 0; i < count; i++)
            {
                var norm = norms[i] * norms[best];
                var cosine = norm > 0 ? TensorPrimitives.Dot(chosen, vectors.Slice(i * width, width)) / norm : 0f;
                nearest[i] = pick == 0 ? cosine : Math.Max(nearest[i], cosine);
            }
        }
    }
}
