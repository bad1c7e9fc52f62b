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
    private List<(int Row, ContentFeatures Features)>? _pending = [];
    private IDisposable? _subscription;

    private ServingModel(ModelBundle? bundle, int dimensions)
    {
        Bundle = bundle;
        Vectors = new VectorTable(dimensions);
        FoldIn = bundle is null ? null : new FoldIn(bundle.FoldIn, bundle.Gram);
        Ranker = bundle?.Ranker is { } ranker ? new Ranker(ranker) : null;
        Blend = bundle?.Blend ?? new BlendWeights();
    }

    /// <summary>The model before the first one: version 0, no vectors, no ranker.</summary>
    public static ServingModel ColdStart { get; } = new(null, 1);

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

    /// <summary>Binds a bundle to the catalog and lets it follow the catalog's changes.</summary>
    public static ServingModel Bind(ModelBundle bundle, CatalogReplica catalog)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(catalog);
        var model = new ServingModel(bundle, bundle.Manifest.Dimensions);

        // Changes that arrive while the table is filled wait: filling reads the catalog at one moment or another, they are later.
        model._subscription = catalog.Subscribe(model);
        model.FillLearned(bundle, catalog);
        model.ApplyPending();
        return model;
    }

    /// <inheritdoc/>
    public void OnItemChanged(int row, ItemRecord? item, ContentFeatures features)
    {
        lock (_writer)
        {
            _pending?.Add((row, features));
        }
    }

    /// <summary>Stops following the catalog. Requests in flight may go on using the model.</summary>
    public void Dispose() => _subscription?.Dispose();

    private void FillLearned(ModelBundle bundle, CatalogReplica catalog)
    {
        var rows = new int[bundle.ItemIds.Count];
        for (var index = 0; index < rows.Length; index++)
        {
            rows[index] = catalog.Intern(bundle.ItemIds[index]);
        }

        var count = catalog.Count;
        Vectors.EnsureCapacity(count);
        for (var index = 0; index < rows.Length; index++)
        {
            Vectors.Fill(rows[index], bundle.ItemVector(index));
        }

        Vectors.Publish(count);
    }

    private void ApplyPending()
    {
        lock (_writer)
        {
            _pending = null;
        }
    }
}
