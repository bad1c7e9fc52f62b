using System.Collections.Concurrent;
using RecActors.Catalog;
using RecActors.Filters;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Sharding;

/// <summary>
/// The vectors of one model for the items of one shard, and what is computed from them. Which items may be found is decided by the
/// catalog replica of the process that it lives in. Follows the catalog until it is disposed. Thread-safe.
/// </summary>
public sealed class VectorShard : IDisposable
{
    private readonly ConcurrentBag<RowMarks> _marks = [];
    private readonly BoundVectors _vectors;
    private readonly ShardedItems _items;
    private readonly CatalogReplica _catalog;
    private readonly RowFacts _facts;
    private readonly int _index;

    private VectorShard(BoundVectors vectors, RecommendationEngine engine, ShardedItems items, int index)
    {
        _vectors = vectors;
        _catalog = engine.Catalog;
        _facts = engine.Facts;
        _items = items;
        _index = index;
    }

    /// <summary>Items with a slot for a vector, at the last look.</summary>
    public int Count => _vectors.Table.Count;

    /// <summary>The vectors by slot.</summary>
    internal VectorTable Table => _vectors.Table;

    /// <summary>Takes from a bundle what belongs to the shard.</summary>
    public static VectorShard Bind(ModelBundle bundle, RecommendationEngine engine, ShardedItems items, int index) =>
        Bind(bundle, new BundleItems(bundle), engine, items, [index])[0];

    /// <summary>Takes from a bundle's items what belongs to some shards, in one pass over them.</summary>
    /// <param name="bundle">All of the bundle but its items.</param>
    /// <param name="source">The bundle's items.</param>
    /// <param name="engine">The recommender on the catalog replica of this process.</param>
    /// <param name="items">Which items are where.</param>
    /// <param name="shards">The shards.</param>
    /// <exception cref="InvalidDataException">The items are corrupt.</exception>
    public static IReadOnlyList<VectorShard> Bind(
        ModelBundle bundle, IBundleItems source, RecommendationEngine engine, ShardedItems items, IReadOnlyList<int> shards)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(items);
        var bound = BoundVectors.BindShards(bundle, source, engine.Catalog, items, shards);
        return [.. shards.Select((shard, i) => new VectorShard(bound[i], engine, items, shard))];
    }

    /// <summary>Answers searches of one similarity in one pass over the vectors, in their order.</summary>
    public ShardHits[] Search(IReadOnlyList<ShardSearch> searches)
    {
        ArgumentNullException.ThrowIfNull(searches);
        var borrowed = new RowMarks[searches.Count];
        try
        {
            var rows = _items.RowsOf(_index);
            var queries = new RetrievalQuery<FoundSlots>[searches.Count];
            for (var i = 0; i < queries.Length; i++)
            {
                var search = searches[i];
                borrowed[i] = MarksOf(search, rows.Length);
                var eligibility = new Eligibility(_catalog, _facts, search.Category, search.NowMs, ItemFilter.Of(search.Where, _catalog));
                queries[i] = new(search.Vector, search.Count, new FoundSlots(rows, borrowed[i], eligibility));
            }

            var hits = VectorRetriever.SearchBatch<FoundSlots>(_vectors.Table, queries, searches[0].Similarity);
            return [.. hits.Select((found, i) => Hits(found, searches[i], rows.Span))];
        }
        finally
        {
            foreach (var marks in borrowed)
            {
                if (marks is not null)
                {
                    _marks.Add(marks);
                }
            }
        }
    }

    /// <summary>Compares items of the shard with a user.</summary>
    public ShardFeatures Compare(ShardComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        return new ShardFeatures(
            comparison.Interest is { } interest ? Compare(comparison.Items.Span, interest) : ReadOnlyMemory<VectorFeatures>.Empty,
            comparison.WithVectors ? CopyOf(comparison.Items.Span) : ReadOnlyMemory<float>.Empty);
    }

    /// <summary>The vectors of items of the shard.</summary>
    public ShardVectors VectorsOf(ReadOnlySpan<ulong> items)
    {
        // The numbers first: a change has its vector before it has its number.
        var numbers = new long[items.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = _items.TryGetRow(items[i], out var row) ? _catalog.ChangeNumberOf(row) : 0;
        }

        return new ShardVectors(CopyOf(items), numbers);
    }

    public void Dispose() => _vectors.Dispose();

    private VectorFeatures[] Compare(ReadOnlySpan<ulong> items, InterestVectors interest)
    {
        var dimensions = _vectors.Table.Dimensions;
        var rejected = interest.Rejected.Span;
        var scales = new float[rejected.Length / dimensions];
        for (var i = 0; i < scales.Length; i++)
        {
            var vector = rejected.Slice(i * dimensions, dimensions);
            scales[i] = VectorComparison.ScaleOf(VectorKernels.Best.Dot(vector, vector));
        }

        var comparison = new VectorComparison(
            interest.Slow.Span, interest.Fast.Span, interest.Recent.Span, interest.Last.Span, rejected, scales);
        var features = new VectorFeatures[items.Length];
        for (var i = 0; i < features.Length; i++)
        {
            if (SlotOf(items[i]) is >= 0 and var slot)
            {
                features[i] = comparison.With(_vectors.Table.Row(slot), _vectors.Table.SquaredNorm(slot));
            }
        }

        return features;
    }

    private float[] CopyOf(ReadOnlySpan<ulong> items)
    {
        var dimensions = _vectors.Table.Dimensions;
        var copy = new float[items.Length * dimensions];
        for (var i = 0; i < items.Length; i++)
        {
            if (SlotOf(items[i]) is >= 0 and var slot)
            {
                _vectors.Table.Row(slot).CopyTo(copy.AsSpan(i * dimensions));
            }
        }

        return copy;
    }

    private ShardHits Hits(ScoredRow[] found, ShardSearch search, ReadOnlySpan<int> rows)
    {
        var keys = new ulong[found.Length];
        var scores = new float[found.Length];
        for (var i = 0; i < found.Length; i++)
        {
            keys[i] = _items.KeyOf(rows[found[i].Row]);
            scores[i] = found[i].Score;
        }

        var scored = new float[search.Scored.Length];
        for (var i = 0; i < scored.Length; i++)
        {
            var slot = SlotOf(search.Scored.Span[i]);
            scored[i] = slot >= 0 && _vectors.Table.HasVector(slot)
                ? search.Similarity.Score(search.Vector.Span, _vectors.Table.Row(slot))
                : float.NaN;
        }

        return new ShardHits(keys, scores, scored);
    }

    private RowMarks MarksOf(ShardSearch search, int slots)
    {
        var marks = _marks.TryTake(out var pooled) ? pooled : new RowMarks();
        marks.Reset(slots);
        foreach (var key in search.Excluded.Span)
        {
            if (SlotOf(key) is >= 0 and var slot)
            {
                marks.Set(slot);
            }
        }

        return marks;
    }

    /// <summary>The slot of an item of this shard; negative when it is not known here, or not of this shard.</summary>
    private int SlotOf(ulong key) =>
        (int)(key % (uint)_items.Shards) == _index && _items.TryGetRow(key, out var row) ? _items.SlotOf(row) : ShardedItems.None;

    private readonly struct FoundSlots(ReadOnlyMemory<int> rows, RowMarks excluded, Eligibility eligibility) : IRowFilter
    {
        public bool Accepts(int row) => row < rows.Length && !excluded.Contains(row) && eligibility.MayAllow(rows.Span[row]);
    }
}

/// <summary>The rows of a shard, which are numbered anew there.</summary>
internal sealed record ShardRows(ShardedItems Items, int Shard)
{
    /// <summary>The row's slot in the shard, or <see cref="ShardedItems.None"/>.</summary>
    public int SlotOf(int row) => Items.ShardOf(row) == Shard ? Items.SlotOf(row) : ShardedItems.None;
}
