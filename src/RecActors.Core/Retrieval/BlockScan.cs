namespace RecActors.Retrieval;

/// <summary>Scores blocks against one query.</summary>
internal readonly struct BlockScan
{
    private readonly Similarity _similarity;
    private readonly float _querySquaredNorm;

    public BlockScan(Similarity similarity, ReadOnlySpan<float> query)
    {
        _similarity = similarity;
        _querySquaredNorm = VectorKernels.Best.Dot(query, query);
    }

    /// <summary>Offers the block's rows below <paramref name="rows"/> that have a vector and pass the filter.</summary>
    public void Run<TFilter>(VectorBlock block, int blockIndex, int rows, ReadOnlySpan<float> query, ref TFilter filter, TopRows best)
        where TFilter : struct, IRowFilter
    {
        var firstRow = blockIndex * VectorTable.BlockRows;
        Span<float> scores = stackalloc float[Math.Min(VectorTable.BlockRows, rows - firstRow)];
        VectorKernels.Best.Dots(block.Values, query, scores);
        for (var index = 0; index < scores.Length; index++)
        {
            var score = SimilarityScore.FromDot(_similarity, scores[index], _querySquaredNorm, block.SquaredNorms[index]);
            if (score > best.Threshold && block.SquaredNorms[index] > 0 && filter.Accepts(firstRow + index))
            {
                best.Offer(firstRow + index, score);
            }
        }
    }
}
