using System.Numerics.Tensors;
using RecActors.Evaluation;
using RecActors.Interest;
using RecActors.Retrieval;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>
/// How well the fold-in into some vectors answers questions, alone: NDCG@100. Deeper than what is shown: fewer queries decide by luck.
/// Not thread-safe: the table that is searched is kept for the next vectors.
/// </summary>
internal sealed class FoldInScore(IReadOnlyList<ValidationQuery> queries, TrainingOptions options)
{
    private const int Depth = 100;

    private VectorTable? _table;

    /// <summary>NDCG@100 of every question, in their order.</summary>
    public double[] Of(InterestVectors vectors, CancellationToken cancellationToken)
    {
        var table = TableOf(vectors);
        var foldIn = new FoldIn(vectors.Parameters, vectors.Gram);
        var scores = new double[queries.Count];
        RowThreads.Run(
            queries.Count, chunk: 1, options.Threads, (place, _) => scores[place] = Of(queries[place], foldIn, table), cancellationToken);
        return scores;
    }

    private double Of(ValidationQuery query, FoldIn foldIn, VectorTable table)
    {
        var embeddings = foldIn.Encode(query.History.AsSpan(), table);
        var mean = embeddings[0];
        foreach (var embedding in embeddings.Skip(1))
        {
            TensorPrimitives.Add(mean, embedding, mean);
        }

        var hits = ExactRetriever.Search(table, mean, options.Similarity, Depth, new Unseen(query.Seen));
        var tally = new RankTally();
        tally.Add(Enumerable.Range(1, hits.Length).Where(rank => query.Targets.Contains(hits[rank - 1].Row)), query.Targets.Length);
        return tally.Ndcg(Depth);
    }

    private VectorTable TableOf(InterestVectors vectors)
    {
        var dimensions = vectors.Parameters.Dimensions;
        var table = _table?.Dimensions == dimensions ? _table : _table = new VectorTable(dimensions);
        table.Clear();
        var order = Enumerable.Range(0, vectors.Items.Length).ToArray();
        Array.Sort([.. vectors.Items], order);
        foreach (var index in order)
        {
            table.Set(vectors.Items[index], vectors.Vectors.AsSpan(index * dimensions, dimensions));
        }

        return table;
    }

    private readonly struct Unseen(SeenRows seen) : IRowFilter
    {
        public bool Accepts(int row) => !seen.Contains(row);
    }
}
