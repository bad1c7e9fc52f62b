using RecActors.Catalog;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Ranking;
using RecActors.Retrieval;
using RecActors.Sequences;
using RecActors.Sharding;

namespace RecActors.Models;

/// <summary>
/// A bundle bound to the rows of this process' catalog. Either it has a vector for every item, learned, or projected from the item's
/// content, and follows the catalog until it is disposed; or the vectors are in shards, and it has those of this process' shards at
/// most. Thread-safe; everything else about it never changes.
/// </summary>
public sealed class ServingModel : IDisposable
{
    private readonly BoundVectors? _vectors;

    private ServingModel(ModelBundle? bundle, BoundVectors? vectors, ShardedVectors? sharded, LinearItems? linear, SequenceEncoder? sequence)
    {
        _vectors = vectors;
        Bundle = bundle;
        Vectors = vectors?.Table ?? new VectorTable(bundle?.Manifest.Dimensions ?? 1);
        Sharded = sharded;
        FoldIn = bundle is null ? null : new FoldIn(bundle.FoldIn, bundle.Gram);
        Linear = linear;
        Sequence = sequence;
        Ranker = bundle?.Ranker is { } ranker ? new Ranker(ranker) : null;
        Blend = bundle?.Blend ?? new BlendWeights();
    }

    /// <summary>The model before the first one: version 0, no vectors, no ranker.</summary>
    public static ServingModel ColdStart { get; } = new(null, null, null, null, null);

    /// <summary>The bundle's version, 0 for <see cref="ColdStart"/>.</summary>
    public long Version => Bundle?.Manifest.Version ?? 0;

    /// <summary>Floats of a vector.</summary>
    public int Dimensions => Vectors.Dimensions;

    /// <summary>How interest and item vectors are compared.</summary>
    public Similarity Similarity => Bundle?.Manifest.Similarity ?? Similarity.DotProduct;

    /// <summary>What the model was made from, but for the items, their vectors and the statistics; null for <see cref="ColdStart"/>.</summary>
    public ModelBundle? Bundle { get; }

    /// <summary>The vectors by row; none where they are in shards.</summary>
    public VectorTable Vectors { get; }

    /// <summary>True when a search need not scan all vectors.</summary>
    public bool IsIndexed => Vectors.Index is not null;

    /// <summary>The tables that searches go through, with what they compare by.</summary>
    internal IEnumerable<(string Source, VectorTable Table, Similarity Similarity)> Searched
    {
        get
        {
            foreach (var table in Sharded?.Tables ?? [Vectors])
            {
                yield return ("embedding", table, Similarity);
            }

            if (Sequence is { } sequence)
            {
                yield return ("sequence", sequence.Outputs, SequenceEncoder.Similarity);
            }
        }
    }

    /// <summary>What this process has of vectors that are in shards; null where it has them all.</summary>
    public ShardedVectors? Sharded { get; }

    /// <summary>Makes a user's embedding from a history, null for <see cref="ColdStart"/>.</summary>
    public FoldIn? FoldIn { get; }

    /// <summary>Learned item-to-item weights; null when the bundle has none. On every silo whole, also where the vectors are in shards.</summary>
    public LinearItems? Linear { get; }

    /// <summary>Predicts the next item from the order of a history; null when the bundle has no such model. On every silo whole, also where the vectors are in shards.</summary>
    public SequenceEncoder? Sequence { get; }

    /// <summary>Ranks candidates, null when the bundle has no ranker.</summary>
    public Ranker? Ranker { get; }

    /// <summary>How candidates are scored without a ranker.</summary>
    public BlendWeights Blend { get; }

    /// <summary>How a history is weighed when item-to-item scores are looked up; null for the way that is configured.</summary>
    public ItemToItemLookup? Lookup => Bundle?.Lookup;

    /// <summary>Whether candidates of the source are wanted.</summary>
    public bool Asks(CandidateSource source) => Bundle?.WithoutSources.Contains(source) != true;

    /// <summary>The vector of a row, zeros when the item has none.</summary>
    public ReadOnlySpan<float> ItemVector(int row) => Vectors.Row(row);

    /// <summary>
    /// Binds a bundle to the catalog and lets it follow the catalog's changes. Safe beside changes; one that arrives while it binds
    /// is in the model when it returns.
    /// </summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="catalog">The catalog of this process.</param>
    /// <param name="indexes">When to search by the indexes that the bundle has; null for never.</param>
    /// <exception cref="InvalidDataException">The bundle contradicts itself or needs features that this build does not compute.</exception>
    public static ServingModel Bind(ModelBundle bundle, CatalogReplica catalog, IndexOptions? indexes = null)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(catalog);
        bundle.Validate();
        return new ServingModel(WithoutVectors(bundle), BoundVectors.Bind(bundle, catalog, indexes), null, LinearOf(bundle, catalog), SequenceOf(bundle, catalog, indexes));
    }

    /// <summary>Binds a bundle whose vectors are in shards: without any, until a shard is added.</summary>
    /// <param name="bundle">The bundle; its items are not read.</param>
    /// <param name="itemIds">The ids of its items.</param>
    /// <param name="catalog">The catalog of this process.</param>
    /// <param name="cache">Takes single vectors.</param>
    /// <param name="indexes">When to search what the sequence model finds by the index that the bundle has of it; null for never.</param>
    /// <exception cref="InvalidDataException">The bundle contradicts itself or needs features that this build does not compute.</exception>
    public static ServingModel BindSharded(
        ModelBundle bundle, IReadOnlyList<string> itemIds, CatalogReplica catalog, ItemVectorCache cache, IndexOptions? indexes = null)
    {
        ArgumentNullException.ThrowIfNull(itemIds);
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(catalog);
        bundle.Validate();

        // Every item gets its row, as where the vectors are: rows are the order of equal scores.
        foreach (var itemId in itemIds)
        {
            catalog.Intern(itemId);
        }

        return new ServingModel(WithoutVectors(bundle), null, new ShardedVectors(cache), LinearOf(bundle, catalog), SequenceOf(bundle, catalog, indexes));
    }

    /// <summary>Stops following the catalog. Requests in flight may go on using the model.</summary>
    public void Dispose()
    {
        _vectors?.Dispose();
        Sharded?.Dispose();
    }

    private static LinearItems? LinearOf(ModelBundle bundle, CatalogReplica catalog) =>
        bundle.Linear is { } linear ? LinearItems.Bind(linear, catalog) : null;

    private static SequenceEncoder? SequenceOf(ModelBundle bundle, CatalogReplica catalog, IndexOptions? indexes)
    {
        var encoder = bundle.Sequence is { } sequence ? SequenceEncoder.Bind(sequence, catalog) : null;
        if (bundle.SequenceIndex is { } stored && encoder?.Outputs.Count >= indexes?.FromRows)
        {
            encoder!.RestoreIndex(stored, indexes);
        }

        return encoder;
    }

    /// <summary>The tables have them, or the shards have: once is enough. The statistics go on elsewhere.</summary>
    private static ModelBundle WithoutVectors(ModelBundle bundle) =>
        bundle with { ItemIds = [], ItemVectors = [], Index = null, Linear = null, Sequence = null, SequenceIndex = null, Statistics = ItemStatisticsState.Empty };
}
