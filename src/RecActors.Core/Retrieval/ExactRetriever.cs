using System.Runtime.CompilerServices;

namespace RecActors.Retrieval;

/// <summary>One query of a batch.</summary>
/// <param name="Vector">The interest embedding, of the table's dimensions.</param>
/// <param name="Count">How many rows to find.</param>
/// <param name="Filter">Which rows may be found.</param>
public readonly record struct RetrievalQuery<TFilter>(ReadOnlyMemory<float> Vector, int Count, TFilter Filter)
    where TFilter : struct, IRowFilter;

/// <summary>
/// Exact maximum-similarity search: scores every row that has a vector and keeps the best. The answer is that of sorting all
/// scores by (score descending, row ascending), on every run; a score that is NaN is never found. Thread-safe; the table may
/// change during a search, which then sees each row before or after its change.
/// </summary>
public static class ExactRetriever
{
    /// <summary>Rows that all queries of a batch score before the next ones: 16 KiB at 64 dimensions, so they stay in the L1 cache.</summary>
    private const int RowsPerTurn = 64;

    private const int LeastCoded = 2_048, MostCoded = 65_536;

    private const int LeastRowsPerHit = 16;

    /// <summary>The best rows of the shard, best first; fewer than <paramref name="count"/> when fewer have a vector and pass the filter.</summary>
    public static ScoredRow[] Search<TFilter>(
        VectorTable table, ReadOnlySpan<float> query, Similarity similarity, int count, TFilter filter, CatalogShard shard = default)
        where TFilter : struct, IRowFilter
    {
        ArgumentNullException.ThrowIfNull(table);
        CheckQuery(table, query);
        var rows = table.Count;
        if (shard.Stride == 1 && IsCoded(similarity, rows, count) && VectorKernels.Best.Dot(query, query) is var squaredNorm && float.IsNormal(squaredNorm))
        {
            return CodedScan<TFilter>.Search(table, query, squaredNorm, similarity, rows, count, filter);
        }

        var scan = new BlockScan(similarity, query, Math.Min(count, rows));
        var blocks = table.Blocks(rows);
        for (var index = shard.FirstBlock; index < blocks.Length; index += shard.Stride)
        {
            var firstRow = index * VectorTable.BlockRows;
            scan.Run(Volatile.Read(in blocks[index]), firstRow, 0, Math.Min(VectorTable.BlockRows, rows - firstRow), query, ref filter);
        }

        return scan.ToSortedArray();
    }

    /// <summary>
    /// Every query's best rows of the shard, in the order of the queries: the answers of one search after the other, in one
    /// pass over the table.
    /// </summary>
    public static ScoredRow[][] SearchBatch<TFilter>(
        VectorTable table, ReadOnlySpan<RetrievalQuery<TFilter>> queries, Similarity similarity, CatalogShard shard = default)
        where TFilter : struct, IRowFilter
    {
        ArgumentNullException.ThrowIfNull(table);
        var rows = table.Count;
        var scans = new BlockScan[queries.Length];
        var filters = new TFilter[queries.Length];
        for (var query = 0; query < queries.Length; query++)
        {
            CheckQuery(table, queries[query].Vector.Span);
            scans[query] = new BlockScan(similarity, queries[query].Vector.Span, Math.Min(queries[query].Count, rows));
            filters[query] = queries[query].Filter;
        }

        var blocks = table.Blocks(rows);
        for (var index = shard.FirstBlock; index < blocks.Length; index += shard.Stride)
        {
            var block = Volatile.Read(in blocks[index]);
            var firstRow = index * VectorTable.BlockRows;
            var end = Math.Min(VectorTable.BlockRows, rows - firstRow);
            for (var start = 0; start < end; start += RowsPerTurn)
            {
                RunTurn(block, firstRow, start, Math.Min(RowsPerTurn, end - start), queries, scans, filters);
            }
        }

        return Array.ConvertAll(scans, static scan => scan.ToSortedArray());
    }

    /// <summary>
    /// Whether bounds of all scores first, from a byte per dimension, take less than the scores: where the vectors are more than the fastest caches hold, and few of
    /// them are asked for. Larger tables have an index soon, and codes of its own in it; to keep both would cost a quarter of their memory.
    /// </summary>
    private static bool IsCoded(Similarity similarity, int rows, int count) =>
        similarity is Similarity.Cosine or Similarity.DotProduct && rows is >= LeastCoded and <= MostCoded && count > 0 && count <= rows / LeastRowsPerHit
        && VectorKernels.Best is not ScalarKernel;

    /// <summary>All queries over a few rows, two at a time.</summary>
    [SkipLocalsInit]
    private static void RunTurn<TFilter>(
        VectorBlock block, int firstRow, int start, int count, ReadOnlySpan<RetrievalQuery<TFilter>> queries, BlockScan[] scans, TFilter[] filters)
        where TFilter : struct, IRowFilter
    {
        Span<float> scores = stackalloc float[2 * RowsPerTurn];
        var first = scores[..count];
        var second = scores.Slice(RowsPerTurn, count);
        var rows = block.Rows(start, count);
        var query = 0;
        for (; query + 1 < scans.Length; query += 2)
        {
            if (query == 2)
            {
                // The next rows come from memory while the other queries score these.
                block.Prefetch(start + count, count);
            }

            VectorKernels.Best.Dots(rows, queries[query].Vector.Span, queries[query + 1].Vector.Span, first, second);
            scans[query].Take(block, firstRow, start, first, ref filters[query]);
            scans[query + 1].Take(block, firstRow, start, second, ref filters[query + 1]);
        }

        if (query < scans.Length)
        {
            scans[query].Run(block, firstRow, start, count, queries[query].Vector.Span, ref filters[query]);
        }
    }

    internal static void CheckQuery(VectorTable table, ReadOnlySpan<float> query)
    {
        if (query.Length != table.Dimensions)
        {
            throw new ArgumentException($"The query has {query.Length} dimensions; the table has {table.Dimensions}.", nameof(query));
        }
    }
}
