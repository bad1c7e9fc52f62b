namespace RecActors.Retrieval;

/// <summary>Searches a table by its index where it has one for the similarity, and exactly elsewhere. Thread-safe.</summary>
public static class VectorRetriever
{
    /// <summary>The best rows of the shard, best first; fewer than <paramref name="count"/> only when fewer have a vector and pass the filter.</summary>
    public static ScoredRow[] Search<TFilter>(
        VectorTable table, ReadOnlySpan<float> query, Similarity similarity, int count, TFilter filter, CatalogShard shard = default)
        where TFilter : struct, IRowFilter
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Index is { } index && index.Similarity == similarity
            ? SearchIndex(index, query, count, filter, shard)
            : ExactRetriever.Search(table, query, similarity, count, filter, shard);
    }

    /// <summary>Every query's best rows of the shard, in the order of the queries.</summary>
    public static ScoredRow[][] SearchBatch<TFilter>(
        VectorTable table, ReadOnlySpan<RetrievalQuery<TFilter>> queries, Similarity similarity, CatalogShard shard = default)
        where TFilter : struct, IRowFilter
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.Index is not { } index || index.Similarity != similarity)
        {
            return ExactRetriever.SearchBatch(table, queries, similarity, shard);
        }

        var answers = new ScoredRow[queries.Length][];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = SearchIndex(index, queries[i].Vector.Span, queries[i].Count, queries[i].Filter, shard);
        }

        return answers;
    }

    private static ScoredRow[] SearchIndex<TFilter>(InvertedFile index, ReadOnlySpan<float> query, int count, TFilter filter, CatalogShard shard)
        where TFilter : struct, IRowFilter =>
        shard.Count <= 1 ? index.Search(query, count, filter) : index.Search(query, count, new OfShard<TFilter>(filter, shard));

    /// <summary>Rows of one shard: a shard has the same ones whether the table has an index or not, for another shard may be asked a moment later.</summary>
    private readonly struct OfShard<TFilter>(TFilter filter, CatalogShard shard) : IRowFilter
        where TFilter : struct, IRowFilter
    {
        public bool Accepts(int row) => row / VectorTable.BlockRows % shard.Count == shard.Index && filter.Accepts(row);
    }
}
