using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Ranking;

namespace RecActors.Models;

/// <summary>
/// A trained model as one immutable whole: everything that serving needs of it. Items are in the bundle's own order; see
/// <see cref="ServingModel"/> for the rows of a process.
/// </summary>
public sealed record ModelBundle
{
    /// <summary>What the bundle says about itself.</summary>
    public required BundleManifest Manifest { get; init; }

    /// <summary>The items with a learned vector; ids are distinct.</summary>
    public required IReadOnlyList<string> ItemIds { get; init; }

    /// <summary>Their vectors, one after the other: n × d floats.</summary>
    public required float[] ItemVectors { get; init; }

    /// <summary>The constants by which a history becomes an embedding in the space of the vectors.</summary>
    public required FoldInParameters FoldIn { get; init; }

    /// <summary>VᵀV over <see cref="ItemVectors"/>: d × d, row by row, unscaled.</summary>
    public required float[] Gram { get; init; }

    /// <summary>Makes a vector from the content of an item that has no learned one; null when content predicted nothing.</summary>
    public ContentProjection? Projection { get; init; }

    /// <summary>The shared ranker; null to rank by <see cref="Blend"/>.</summary>
    public RankerModel? Ranker { get; init; }

    /// <summary>How candidates are scored without a ranker.</summary>
    public BlendWeights Blend { get; init; } = new();

    /// <summary>The item statistics at <see cref="BundleManifest.JournalCut"/>.</summary>
    public ItemStatisticsState Statistics { get; init; } = ItemStatisticsState.Empty;

    /// <summary>The learned vector of an item, by its place in <see cref="ItemIds"/>.</summary>
    public ReadOnlySpan<float> ItemVector(int index) => ItemVectors.AsSpan(index * Manifest.Dimensions, Manifest.Dimensions);
}
