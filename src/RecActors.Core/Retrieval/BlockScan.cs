using System.Numerics;
using System.Runtime.CompilerServices;

namespace RecActors.Retrieval;

/// <summary>
/// Scores blocks against one query and keeps the best rows. Almost every row fails the comparison with the worst kept score,
/// which takes a few rows at a time; what is costly, the filter and the heap, sees the others only.
/// </summary>
internal sealed class BlockScan
{
    private readonly Similarity _similarity;
    private readonly float _querySquaredNorm;
    private readonly TopRows _best;

    public BlockScan(Similarity similarity, ReadOnlySpan<float> query, int count)
    {
        _similarity = similarity;
        _querySquaredNorm = VectorKernels.Best.Dot(query, query);
        _best = new TopRows(count);
    }

    /// <summary>The best rows so far, best first.</summary>
    public ScoredRow[] ToSortedArray() => _best.ToSortedArray();

    /// <summary>
    /// Scores <paramref name="count"/> rows of a block, from its row <paramref name="start"/> on; the block's first row is the
    /// table's <paramref name="firstRow"/>.
    /// </summary>
    [SkipLocalsInit]
    public void Run<TFilter>(VectorBlock block, int firstRow, int start, int count, ReadOnlySpan<float> query, ref TFilter filter)
        where TFilter : struct, IRowFilter
    {
        Span<float> scores = stackalloc float[VectorTable.BlockRows];
        scores = scores[..count];
        VectorKernels.Best.Dots(block.Rows(start, count), query, scores);
        Take(block, firstRow, start, scores, ref filter);
    }

    /// <summary>Keeps the best of rows whose dot products with the query are known; the span is overwritten.</summary>
    public void Take<TFilter>(VectorBlock block, int firstRow, int start, Span<float> scores, ref TFilter filter)
        where TFilter : struct, IRowFilter
    {
        var norms = block.SquaredNorms.AsSpan(start, scores.Length);
        SimilarityScore.FromDots(_similarity, scores, _querySquaredNorm, norms);
        var index = 0;
        for (; index <= scores.Length - Vector<float>.Count; index += Vector<float>.Count)
        {
            if (Vector.GreaterThanAny(new Vector<float>(scores[index..]), new Vector<float>(_best.Threshold)))
            {
                Offer(scores, norms, index, index + Vector<float>.Count, firstRow + start, ref filter);
            }
        }

        Offer(scores, norms, index, scores.Length, firstRow + start, ref filter);
    }

    private void Offer<TFilter>(ReadOnlySpan<float> scores, ReadOnlySpan<float> norms, int from, int to, int firstRow, ref TFilter filter)
        where TFilter : struct, IRowFilter
    {
        for (var index = from; index < to; index++)
        {
            if (scores[index] > _best.Threshold && norms[index] > 0 && filter.Accepts(firstRow + index))
            {
                _best.Offer(firstRow + index, scores[index]);
            }
        }
    }
}
