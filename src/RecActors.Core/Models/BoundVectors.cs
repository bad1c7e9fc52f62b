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
    /// Binds the vectors of the whole catalog, or of a shard. Safe beside changes; one that arrives while it binds is in the table
    /// when it returns.
    /// </summary>
    public static BoundVectors Bind(ModelBundle bundle, CatalogReplica catalog, ShardRows? shard = null)
    {
        var vectors = new BoundVectors(bundle, catalog, shard);
        vectors.Fill(bundle);
        vectors.ApplyPending();
        return vectors;
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

    /// <summary>
    /// Gives every row that the catalog has now its vector. A change meanwhile may or may not be seen by it; it waits in
    /// <see cref="_pending"/> and is applied again when the table is complete.
    /// </summary>
    private void Fill(ModelBundle bundle)
    {
        var rows = new int[bundle.ItemIds.Count];
        for (var index = 0; index < rows.Length; index++)
        {
            rows[index] = _catalog.Intern(bundle.ItemIds[index]);
        }

        var (count, shard) = (_catalog.Count, _shard?.Items.RowsOf(_shard.Shard));
        var places = shard?.Length ?? count;
        Table.EnsureCapacity(places);
        _learned = new bool[places];
        for (var index = 0; index < rows.Length; index++)
        {
            if (PlaceOf(rows[index]) is >= 0 and var place)
            {
                var vector = bundle.ItemVector(index);
                Table.Fill(place, vector);
                _learned[place] = vector.ContainsAnyExcept(0f);
            }
        }

        for (var place = 0; place < places; place++)
        {
            if (!_learned[place] && Project(_catalog.FeaturesOf(shard is { } known ? known.Span[place] : place)))
            {
                Table.Fill(place, _projected);
            }
        }

        Table.Publish(places);
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
