using RecActors.Catalog;
using RecActors.Filters;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Retrieval;
using RecActors.Sharding;

namespace RecActors.Items;

/// <summary>
/// Items like a given one: by what users did with both, by the model's vectors, and, where neither knows the item, by the content
/// that both share. Thread-safe.
/// </summary>
internal sealed class SimilarItems(CatalogReplica catalog, ItemStatistics statistics, ModelHolder models, ShardedRanking sharded)
{
    /// <summary>Users' actions say more than vectors that were made from older ones.</summary>
    private const float VectorWeight = 0.5f;

    /// <summary>Content alone says least.</summary>
    private const float ContentWeight = 0.25f;

    /// <summary>Rows of the same score that are looked at past the end of a list, to tell them apart by id and not by row, which differs from silo to silo.</summary>
    private const int TiesAtTheEnd = 32;

    /// <summary>The best <paramref name="count"/> of what <paramref name="accepts"/> lists: known items, shown at the time, of the category and past the filter.</summary>
    public async ValueTask<IReadOnlyList<ScoredRow>> ToAsync(
        int row, int count, string? category, ItemFilter? where, long nowMs, Predicate<int> accepts, CancellationToken cancellationToken)
    {
        var model = models.Current;
        var near = model.Sharded is null
            ? ByVector(model.Vectors, row, count + TiesAtTheEnd, accepts)
            : await sharded.NearestAsync(model, row, count + TiesAtTheEnd, category, where, nowMs, cancellationToken);
        var scores = new Dictionary<int, float>();
        var (rows, values) = (new int[count], new float[count]);
        var found = statistics.Neighbors(row, rows, values, accepts);
        for (var i = 0; i < found; i++)
        {
            scores[rows[i]] = values[i];
        }

        foreach (var (other, score) in Best(near.Where(hit => accepts(hit.Row)), count))
        {
            scores[other] = scores.GetValueOrDefault(other) + (VectorWeight * score);
        }

        if (scores.Count < count)
        {
            foreach (var (other, score) in ByContent(row, accepts))
            {
                scores[other] = scores.GetValueOrDefault(other) + (ContentWeight * score);
            }
        }

        return [.. Best(scores.Select(pair => new ScoredRow(pair.Key, pair.Value)), count)];
    }

    private static IEnumerable<ScoredRow> ByVector(VectorTable vectors, int row, int count, Predicate<int> accepts) =>
        row < vectors.Count && vectors.HasVector(row)
            ? VectorRetriever.Search(vectors, vectors.Row(row), Similarity.Cosine, count, new Accepted(accepts)).Where(hit => hit.Score > 0)
            : [];

    /// <summary>The best in the lists' order.</summary>
    private IEnumerable<ScoredRow> Best(IEnumerable<ScoredRow> rows, int count) =>
        rows.OrderByDescending(item => item.Score).ThenBy(item => item.Row, catalog.RowsById).Take(count);

    /// <summary>Jaccard similarity of the tokens. It scans the catalog, and only for items that actions and vectors say too little about.</summary>
    private IEnumerable<ScoredRow> ByContent(int row, Predicate<int> accepts)
    {
        var tokens = new HashSet<int>();
        foreach (var token in catalog.FeaturesOf(row).Tokens)
        {
            tokens.Add(token);
        }

        for (var other = 0; other < catalog.Count && tokens.Count > 0; other++)
        {
            var theirs = catalog.FeaturesOf(other).Tokens;
            var shared = Shared(tokens, theirs);
            var union = tokens.Count + theirs.Length - shared;
            if (shared > 0 && accepts(other))
            {
                yield return new ScoredRow(other, (float)shared / union);
            }
        }
    }

    private static int Shared(HashSet<int> tokens, ReadOnlySpan<int> theirs)
    {
        var shared = 0;
        foreach (var token in theirs)
        {
            shared += tokens.Contains(token) ? 1 : 0;
        }

        return shared;
    }

    private readonly struct Accepted(Predicate<int> accepts) : IRowFilter
    {
        public bool Accepts(int row) => accepts(row);
    }
}
