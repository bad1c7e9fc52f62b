using System.Numerics.Tensors;
using RecActors.Catalog;
using RecActors.Interest;
using RecActors.Retrieval;
using RecActors.Sharding;

namespace RecActors.Models;

/// <summary>
/// The vectors of a bundle by the rows of a catalog, or by the slots of a shard's rows: learned, or projected from the item's
/// content. Follows the catalog until it is disposed: a new item has its vector before the catalog shows the item. Thread-safe.
/// </summary>
internal sealed class BoundVectors : ICatalogObserver, IDisposable
{
    private readonly Lock _writer = new();
    private readonly CatalogReplica _catalog;
    private readonly ContentProjection? _projection;
    private readonly ShardRows? _shard;
    private readonly float[] _projected;
    private readonly IDisposable _subscription;
    private bool[] _learned = [];
    private List<(int Row, ContentFeatures Features)>? _pending = [];

    private BoundVectors(ModelBundle bundle, CatalogReplica catalog, ShardRows? shard)
    {
        _catalog = catalog;
        _projection = bundle.Projection;
        _shard = shard;
        _projected = new float[bundle.Manifest.Dimensions];
        Table = new VectorTable(bundle.Manifest.Dimensions);
        _subscription = catalog.Subscribe(this);
    }

    /// <summary>The vectors by row, or by slot.</summary>
    public VectorTable Table { get; }

    /// <summary>
    /// Binds the vectors of the whole catalog, and the bundle's index of them where there are as many as the options say. Safe beside changes; one that arrives while it
    /// binds is in the table when it returns.
    /// </summary>
    public static BoundVectors Bind(ModelBundle bundle, CatalogReplica catalog, IndexOptions? indexes)
    {
        var vectors = new BoundVectors(bundle, catalog, null);
        var rows = RowsOf(bundle.ItemIds, catalog);
        vectors.Begin(catalog.Count);
        for (var index = 0; index < rows.Length; index++)
        {
            vectors.Learn(rows[index], bundle.ItemVector(index));
        }

        vectors.Complete();
        if (bundle.Index is { } stored && vectors.Table.Count >= indexes?.FromRows)
        {
            vectors.Table.RestoreIndex(bundle.Manifest.Similarity, stored, rows, indexes);
        }

        return vectors;
    }

    /// <summary>The same for some shards, in one pass over the items.</summary>
    public static IReadOnlyList<BoundVectors> BindShards(
        ModelBundle bundle, IBundleItems source, CatalogReplica catalog, ShardedItems items, IReadOnlyList<int> shards)
    {
        var bound = shards.ToDictionary(shard => shard, shard => new BoundVectors(bundle, catalog, new ShardRows(items, shard)));
        try
        {
            var rows = RowsOf(source.ItemIds, catalog);
            foreach (var (shard, vectors) in bound)
            {
                vectors.Begin(items.RowsOf(shard).Length);
            }

            source.ReadVectors((index, vector) =>
            {
                if (bound.TryGetValue(items.ShardOf(rows[index]), out var vectors) && items.SlotOf(rows[index]) is >= 0 and var slot)
                {
                    vectors.Learn(slot, vector);
                }
            });
        }
        catch
        {
            foreach (var vectors in bound.Values)
            {
                vectors.Dispose();
            }

            throw;
        }

        return [.. shards.Select(shard => bound[shard].Completed())];
    }

    /// <inheritdoc/>
    public void OnItemChanged(int row, ItemRecord? item, ContentFeatures features)
    {
        // A deleted item keeps its vector: histories still name it.
        if (item is null)
        {
            return;
        }

        lock (_writer)
        {
            if (_pending is null)
            {
                Follow(row, features);
            }
            else
            {
                _pending.Add((row, features));
            }
        }
    }

    /// <summary>Stops following the catalog. Readers may go on.</summary>
    public void Dispose() => _subscription.Dispose();

    private static int[] RowsOf(IReadOnlyList<string> itemIds, CatalogReplica catalog)
    {
        var rows = new int[itemIds.Count];
        for (var index = 0; index < rows.Length; index++)
        {
            rows[index] = catalog.Intern(itemIds[index]);
        }

        return rows;
    }

    /// <summary>
    /// Makes room for what the catalog has now. A change meanwhile may or may not be seen until the table is complete; it waits in
    /// <see cref="_pending"/> and is applied again then.
    /// </summary>
    private void Begin(int places)
    {
        Table.EnsureCapacity(places);
        _learned = new bool[places];
    }

    private void Learn(int place, ReadOnlySpan<float> vector)
    {
        Table.Fill(place, vector);
        _learned[place] = vector.ContainsAnyExcept(0f);
    }

    /// <summary>Gives every other place a vector from its content, and shows the table.</summary>
    private void Complete()
    {
        var rows = _shard?.Items.RowsOf(_shard.Shard);
        for (var place = 0; place < _learned.Length; place++)
        {
            if (!_learned[place] && Project(_catalog.FeaturesOf(rows is { } known ? known.Span[place] : place)))
            {
                Table.Fill(place, _projected);
            }
        }

        Table.Publish(_learned.Length);
        ApplyPending();
    }

    private BoundVectors Completed()
    {
        Complete();
        return this;
    }

    private void ApplyPending()
    {
        lock (_writer)
        {
            foreach (var (row, features) in _pending!)
            {
                Follow(row, features);
            }

            _pending = null;
        }
    }

    /// <summary>Projects the row's new content, unless its vector is learned: actions say more than content does.</summary>
    private void Follow(int row, ContentFeatures features)
    {
        var place = PlaceOf(row);
        if (place < 0 || (place < _learned.Length && _learned[place]))
        {
            return;
        }

        if (!Project(features))
        {
            _projected.AsSpan().Clear();
        }

        // Most changes leave the content as it was, and replacing a vector costs the copy of its block.
        if (!Table.Row(place).SequenceEqual(_projected))
        {
            Table.Set(place, _projected);
        }
    }

    private int PlaceOf(int row) => _shard is null ? row : _shard.SlotOf(row);

    private bool Project(ContentFeatures features)
    {
        if (_projection is null || features.Tokens.IsEmpty)
        {
            return false;
        }

        var tokens = new string[features.Tokens.Length];
        for (var index = 0; index < tokens.Length; index++)
        {
            tokens[index] = _catalog.Vocabulary[features.Tokens[index]];
        }

        return _projection.Project(tokens, _projected) && float.IsFinite(TensorPrimitives.SumOfSquares<float>(_projected));
    }
}
