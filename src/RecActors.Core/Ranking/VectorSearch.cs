using System.Runtime.InteropServices;
using RecActors.Models;
using RecActors.Retrieval;
using RecActors.Sequences;

namespace RecActors.Ranking;

/// <summary>The sources that search by vectors, in one pass over each table for all queries that come together.</summary>
internal static class VectorSearch
{
    public static VectorHits Run(RankingWorkspace workspace, RankingQuery query, CatalogShard shard) => new(
        query.Vector.IsEmpty
            ? []
            : VectorRetriever.Search(
                query.Model.Vectors, query.Vector.Span, query.Model.Similarity, query.Candidates, new AcceptedRows(workspace), shard),
        RunSequence(workspace, query, shard));

    /// <summary>The answers of single searches, in the order of the queries.</summary>
    public static VectorHits[] Run(ServingModel model, RankingWorkspace[] workspaces, RankingQuery[] queries, CatalogShard shard)
    {
        var embedding = Batch(
            queries,
            query => query.Vector,
            i => new AcceptedRows(workspaces[i]),
            found => VectorRetriever.SearchBatch<AcceptedRows>(model.Vectors, CollectionsMarshal.AsSpan(found), model.Similarity, shard));
        var sequence = model.Sequence is not { } encoder ? null : Batch(
            queries,
            query => query.SequenceVector,
            i => new AcceptedSlots(encoder, workspaces[i]),
            found => [.. VectorRetriever.SearchBatch<AcceptedSlots>(encoder.Outputs, CollectionsMarshal.AsSpan(found), SequenceEncoder.Similarity, shard)
                .Select(hits => InRows(encoder, hits))]);
        return [.. queries.Select((_, i) => new VectorHits(embedding[i], sequence is null ? [] : sequence[i]))];
    }

    /// <summary>The part of the sequence model alone.</summary>
    public static ScoredRow[] RunSequence(RankingWorkspace workspace, RankingQuery query, CatalogShard shard) =>
        query is { SequenceVector.IsEmpty: false, Model.Sequence: { } encoder }
            ? InRows(encoder, VectorRetriever.Search(
                encoder.Outputs, query.SequenceVector.Span, SequenceEncoder.Similarity, query.Candidates, new AcceptedSlots(encoder, workspace), shard))
            : [];

    private static ScoredRow[][] Batch<TFilter>(
        RankingQuery[] queries,
        Func<RankingQuery, ReadOnlyMemory<float>> vectorOf,
        Func<int, TFilter> filterOf,
        Func<List<RetrievalQuery<TFilter>>, ScoredRow[][]> search)
        where TFilter : struct, IRowFilter
    {
        var (asked, places) = (new List<RetrievalQuery<TFilter>>(), new List<int>());
        for (var i = 0; i < queries.Length; i++)
        {
            if (vectorOf(queries[i]) is { IsEmpty: false } vector)
            {
                asked.Add(new(vector, queries[i].Candidates, filterOf(i)));
                places.Add(i);
            }
        }

        var answers = new ScoredRow[queries.Length][];
        Array.Fill(answers, []);
        var found = asked.Count == 0 ? [] : search(asked);
        for (var i = 0; i < found.Length; i++)
        {
            answers[places[i]] = found[i];
        }

        return answers;
    }

    private static ScoredRow[] InRows(SequenceEncoder encoder, ScoredRow[] hits)
    {
        for (var i = 0; i < hits.Length; i++)
        {
            hits[i] = hits[i] with { Row = encoder.RowOf(hits[i].Row) };
        }

        return hits;
    }

    private readonly struct AcceptedSlots(SequenceEncoder encoder, RankingWorkspace workspace) : IRowFilter
    {
        public bool Accepts(int row) => workspace.Accepts(encoder.RowOf(row));
    }
}
