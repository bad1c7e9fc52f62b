using System.Numerics.Tensors;
using RecActors.Catalog;
using RecActors.Interest;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Models;

/// <summary>
/// A bundle bound to the rows of this process' catalog: a vector for every item, learned, or projected from the item's content.
/// It follows the catalog until it is disposed: a new item has its vector before the catalog shows the item. Thread-safe; everything
/// else about it never changes.
/// </summary>
public sealed class ServingModel : ICatalogObserver, IDisposable
{
    private readonly Lock _writer = new();
    private readonly TokenVocabulary _vocabulary;
    private readonly float[] _projected;
    private bool[] _learned = [];
    private List<(int Row, ContentFeatures Features)>? _pending = [];
    private IDisposable? _subscription;

    private ServingModel(ModelBundle? bundle, int dimensions, TokenVocabulary vocabulary)
    {
        Bundle = bundle;
        _vocabulary = vocabulary;
        _projected = new float[dimensions];
        Vectors = new VectorTable(dimensions);
        FoldIn = bundle is null ? null : new FoldIn(bundle.FoldIn, bundle.Gram);
        Ranker = bundle?.Ranker is { } ranker ? new Ranker(ranker) : null;
        Blend = bundle?.Blend ?? new BlendWeights();
    }

    /// <summary>The model before the first one: version 0, no vectors, no ranker.</summary>
    public static ServingModel ColdStart { get; } = new(null, 1, new TokenVocabulary());

    /// <summary>The bundle's version, 0 for <see cref="ColdStart"/>.</summary>
    public long Version => Bundle?.Manifest.Version ?? 0;

    /// <summary>Floats of a vector.</summary>
    public int Dimensions => Vectors.Dimensions;

    /// <summary>How interest and item vectors are compared.</summary>
    public Similarity Similarity => Bundle?.Manifest.Similarity ?? Similarity.DotProduct;

    /// <summary>What the model was made from, null for <see cref="ColdStart"/>.</summary>
    public ModelBundle? Bundle { get; }

    /// <summary>The vectors by row.</summary>
    public VectorTable Vectors { get; }

    /// <summary>Makes a user's embedding from a history, null for <see cref="ColdStart"/>.</summary>
    public FoldIn? FoldIn { get; }

    /// <summary>Ranks candidates, null when the bundle has no ranker.</summary>
    public Ranker? Ranker { get; }

    /// <summary>How candidates are scored without a ranker.</summary>
    public BlendWeights Blend { get; }

    /// <summary>The vector of a row, zeros when the item has none.</summary>
    public ReadOnlySpan<float> ItemVector(int row) => Vectors.Row(row);

    /// <summary>
    /// Binds a bundle to the catalog and lets it follow the catalog's changes. Safe beside changes; one that arrives while it binds
    /// is in the model when it returns.
    /// </summary>
    /// <exception cref="InvalidDataException">The bundle contradicts itself or needs features that this build does not compute.</exception>
    public static ServingModel Bind(ModelBundle bundle, CatalogReplica catalog)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(catalog);
        bundle.Validate();
        var model = new ServingModel(bundle, bundle.Manifest.Dimensions, catalog.Vocabulary);
        model._subscription = catalog.Subscribe(model);
        model.Fill(bundle, catalog);
        model.ApplyPending();
        return model;
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

    /// <summary>Stops following the catalog. Requests in flight may go on using the model.</summary>
    public void Dispose() => _subscription?.Dispose();

    /// <summary>
    /// Gives every row that the catalog has now its vector. A change meanwhile may or may not be seen by it; it waits in
    /// <see cref="_pending"/> and is applied again when the table is complete.
    /// </summary>
    private void Fill(ModelBundle bundle, CatalogReplica catalog)
    {
        var rows = new int[bundle.ItemIds.Count];
        for (var index = 0; index < rows.Length; index++)
        {
            rows[index] = catalog.Intern(bundle.ItemIds[index]);
        }

        var count = catalog.Count;
        Vectors.EnsureCapacity(count);
        _learned = new bool[count];
        for (var index = 0; index < rows.Length; index++)
        {
            var vector = bundle.ItemVector(index);
            Vectors.Fill(rows[index], vector);
            _learned[rows[index]] = vector.ContainsAnyExcept(0f);
        }

        for (var row = 0; row < count; row++)
        {
            if (!_learned[row] && Project(catalog.FeaturesOf(row)))
            {
                Vectors.Fill(row, _projected);
            }
        }

        Vectors.Publish(count);
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
        if (row < _learned.Length && _learned[row])
        {
            return;
        }

        if (!Project(features))
        {
            _projected.AsSpan().Clear();
        }

        // Most changes leave the content as it was, and replacing a vector costs the copy of its block.
        if (!Vectors.Row(row).SequenceEqual(_projected))
        {
            Vectors.Set(row, _projected);
        }
    }

    private bool Project(ContentFeatures features)
    {
        if (Bundle?.Projection is not { } projection || features.Tokens.IsEmpty)
        {
            return false;
        }

        var tokens = new string[features.Tokens.Length];
        for (var index = 0; index < tokens.Length; index++)
        {
            tokens[index] = _vocabulary[features.Tokens[index]];
        }

        return projection.Project(tokens, _projected) && float.IsFinite(TensorPrimitives.SumOfSquares<float>(_projected));
    }
}
