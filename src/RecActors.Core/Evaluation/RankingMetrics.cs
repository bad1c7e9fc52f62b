using System.Numerics.Tensors;

namespace RecActors.Evaluation;

/// <summary>
/// Metrics of one ranked list against the items that the user really chose. Lists are best first and hold no item twice;
/// consumed items are removed by the caller. Binary relevance throughout; definitions of Järvelin and Kekäläinen (2002,
/// "Cumulated gain-based evaluation of IR techniques") with the ideal list cut at min(|relevant|, k), as the implicit-feedback
/// literature computes it. Pure functions.
/// </summary>
public static class RankingMetrics
{
    /// <summary>Hits among the first <paramref name="k"/> over the number of relevant items, in [0, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is not positive.</exception>
    /// <exception cref="ArgumentException">Nothing is relevant: the metric is not defined.</exception>
    public static double Recall<T>(ReadOnlySpan<T> ranked, IReadOnlySet<T> relevant, int k)
    {
        Check(relevant, k);
        var hits = 0;
        foreach (var item in First(ranked, k))
        {
            hits += relevant.Contains(item) ? 1 : 0;
        }

        return (double)hits / relevant.Count;
    }

    /// <summary>
    /// Normalised discounted cumulative gain of the first <paramref name="k"/>: Σ 1/log2(rank + 1) over the hits, divided by
    /// what min(|relevant|, k) hits at the top would give. In [0, 1].
    /// </summary>
    /// <inheritdoc cref="Recall" path="/exception"/>
    public static double Ndcg<T>(ReadOnlySpan<T> ranked, IReadOnlySet<T> relevant, int k)
    {
        Check(relevant, k);
        var gain = 0d;
        var top = First(ranked, k);
        for (var position = 0; position < top.Length; position++)
        {
            gain += relevant.Contains(top[position]) ? Discount(position + 1) : 0;
        }

        return gain / IdealGain(Math.Min(relevant.Count, k));
    }

    /// <summary>1 when any of the first <paramref name="k"/> is relevant, else 0.</summary>
    /// <inheritdoc cref="Recall" path="/exception"/>
    public static double HitRate<T>(ReadOnlySpan<T> ranked, IReadOnlySet<T> relevant, int k)
    {
        Check(relevant, k);
        return FirstHit(First(ranked, k), relevant) > 0 ? 1 : 0;
    }

    /// <summary>1/rank of the first relevant item in the whole list, 0 when there is none.</summary>
    /// <inheritdoc cref="Recall" path="/exception"/>
    public static double ReciprocalRank<T>(ReadOnlySpan<T> ranked, IReadOnlySet<T> relevant)
    {
        Check(relevant, 1);
        var rank = FirstHit(ranked, relevant);
        return rank > 0 ? 1d / rank : 0;
    }

    /// <summary>The gain of a hit at <paramref name="rank"/> (from 1): 1/log2(rank + 1).</summary>
    public static double Discount(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        return 1 / Math.Log2(rank + 1d);
    }

    /// <summary>The gain of hits at all of the first <paramref name="hits"/> ranks.</summary>
    public static double IdealGain(int hits)
    {
        var ideal = 0d;
        for (var rank = 1; rank <= hits; rank++)
        {
            ideal += Discount(rank);
        }

        return ideal;
    }

    /// <summary>The share of a catalog of <paramref name="catalogSize"/> items that appears in at least one of the lists, in [0, 1].</summary>
    public static double Coverage<T>(IEnumerable<IEnumerable<T>> lists, int catalogSize)
    {
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentOutOfRangeException.ThrowIfLessThan(catalogSize, 1);
        return (double)lists.SelectMany(list => list).ToHashSet().Count / catalogSize;
    }

    /// <summary>
    /// Mean of 1 − cosine over all pairs of a list's items (Ziegler et al. 2005, "Improving recommendation lists through topic
    /// diversification", as a distance), in [0, 2]; a zero vector is at distance 1 from everything. 0 for fewer than two items.
    /// </summary>
    /// <param name="vectors">Row-major, items × <paramref name="dimensions"/>.</param>
    /// <param name="dimensions">Length of a row.</param>
    public static double IntraListDiversity(ReadOnlySpan<float> vectors, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (vectors.Length % dimensions != 0)
        {
            throw new ArgumentException("The vectors are not whole rows.", nameof(vectors));
        }

        var items = vectors.Length / dimensions;
        var distance = 0d;
        for (var i = 0; i < items; i++)
        {
            var left = vectors.Slice(i * dimensions, dimensions);
            for (var j = i + 1; j < items; j++)
            {
                distance += 1 - Cosine(left, vectors.Slice(j * dimensions, dimensions));
            }
        }

        return items < 2 ? 0 : distance / (items * (items - 1) / 2d);
    }

    private static double Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var norms = Math.Sqrt((double)TensorPrimitives.SumOfSquares(left) * TensorPrimitives.SumOfSquares(right));
        return norms > 0 ? TensorPrimitives.Dot(left, right) / norms : 0;
    }

    private static int FirstHit<T>(ReadOnlySpan<T> ranked, IReadOnlySet<T> relevant)
    {
        for (var position = 0; position < ranked.Length; position++)
        {
            if (relevant.Contains(ranked[position]))
            {
                return position + 1;
            }
        }

        return 0;
    }

    private static ReadOnlySpan<T> First<T>(ReadOnlySpan<T> ranked, int k) => ranked[..Math.Min(k, ranked.Length)];

    private static void Check<T>(IReadOnlySet<T> relevant, int k)
    {
        ArgumentNullException.ThrowIfNull(relevant);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (relevant.Count == 0)
        {
            throw new ArgumentException("At least one item must be relevant.", nameof(relevant));
        }
    }
}
