using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RecActors.Ranking;

namespace RecActors.Retrieval;

/// <summary>
/// Scores blocks against one query and keeps the best rows. Almost every row fails the comparison with the worst kept score,
/// which takes a few rows at a time; what is costly, the filter and the selection, sees the others only.
/// </summary>
internal sealed class BlockScan
{
    private readonly Similarity _similarity;
    private readonly float _querySquaredNorm;
    private readonly BestRows _best = new();

    public BlockScan(Similarity similarity, ReadOnlySpan<float> query, int count)
    {
        _similarity = similarity;
        _querySquaredNorm = VectorKernels.Best.Dot(query, query);
        _best.Reset(count);
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
        for (; index <= scores.Length - Vector256<float>.Count; index += Vector256<float>.Count)
        {
            var above = Vector256.GreaterThan(Vector256.Create<float>(scores.Slice(index, Vector256<float>.Count)), Vector256.Create(_best.Threshold))
                .ExtractMostSignificantBits();
            for (; above != 0; above &= above - 1)
            {
                Offer(scores, norms, index + BitOperations.TrailingZeroCount(above), firstRow + start, ref filter);
            }
        }

        for (; index < scores.Length; index++)
        {
            Offer(scores, norms, index, firstRow + start, ref filter);
        }
    }

    private void Offer<TFilter>(ReadOnlySpan<float> scores, ReadOnlySpan<float> norms, int index, int firstRow, ref TFilter filter)
        where TFilter : struct, IRowFilter
    {
        // The bound may have risen since the comparison.
        if (scores[index] > _best.Threshold && norms[index] > 0 && filter.Accepts(firstRow + index))
        {
            _best.Offer(firstRow + index, scores[index]);
        }
    }
}
