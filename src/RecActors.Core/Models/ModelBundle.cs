using System.Numerics.Tensors;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Ranking;
using RecActors.Retrieval;
using RecActors.Sequences;

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

    /// <summary>The index of <see cref="ItemVectors"/>, made once for all silos and starts; null where there are few, or it is for others to make.</summary>
    public InvertedFileState? Index { get; init; }

    /// <summary>The constants by which a history becomes an embedding in the space of the vectors.</summary>
    public required FoldInParameters FoldIn { get; init; }

    /// <summary>VᵀV over <see cref="ItemVectors"/>: d × d, row by row, unscaled.</summary>
    public required float[] Gram { get; init; }

    /// <summary>Makes a vector from the content of an item that has no learned one; null when content predicted nothing.</summary>
    public ContentProjection? Projection { get; init; }

    /// <summary>Learned item-to-item weights; null when the gate found them worth nothing, or the catalog is too large for them.</summary>
    public LinearItemModel? Linear { get; init; }

    /// <summary>Predicts the next item from the order of a history; null when the gate found it worth nothing, or it was not trained.</summary>
    public SequenceModel? Sequence { get; init; }

    /// <summary>The index of what <see cref="Sequence"/> finds items by, by its items; null as <see cref="Index"/> is.</summary>
    public InvertedFileState? SequenceIndex { get; init; }

    /// <summary>The shared ranker; null to rank by <see cref="Blend"/>.</summary>
    public RankerModel? Ranker { get; init; }

    /// <summary>How candidates are scored without a ranker.</summary>
    public BlendWeights Blend { get; init; } = new();

    /// <summary>How a history is weighed when item-to-item scores are looked up; null for the way that is configured.</summary>
    public ItemToItemLookup? Lookup { get; init; }

    /// <summary>Candidate sources that are not asked, because the gate found them worth nothing.</summary>
    public IReadOnlyList<CandidateSource> WithoutSources { get; init; } = [];

    /// <summary>The item statistics at <see cref="BundleManifest.JournalCut"/>.</summary>
    public ItemStatisticsState Statistics { get; init; } = ItemStatisticsState.Empty;

    /// <summary>The learned vector of an item, by its place in <see cref="ItemIds"/>.</summary>
    public ReadOnlySpan<float> ItemVector(int index) => ItemVectors.AsSpan(index * Manifest.Dimensions, Manifest.Dimensions);

    /// <summary>Checks that the parts fit together and that every number is finite.</summary>
    /// <exception cref="InvalidDataException">They do not; the message says where.</exception>
    public void Validate()
    {
        var dimensions = Manifest.Dimensions;
        Require(Manifest.Version > 0, $"its version is {Manifest.Version}");
        Require(dimensions > 0, $"its vectors have {dimensions} dimensions");
        Require(Enum.IsDefined(Manifest.Similarity), "its similarity is unknown");
        Require(Manifest.Metrics.Values.All(double.IsFinite), "a metric is not finite");
        Require(ItemVectors.LongLength == (long)ItemIds.Count * dimensions, $"{ItemIds.Count} items of {dimensions} dimensions do not make {ItemVectors.Length} numbers");
        Require(IsFinite(ItemVectors), "an item vector is not finite");
        Require(ItemIds.All(id => !string.IsNullOrEmpty(id)), "an item has no id");
        Require(ItemIds.Distinct(StringComparer.Ordinal).Count() == ItemIds.Count, "an item is listed twice");
        Require(FoldIn.Dimensions == dimensions, $"its fold-in has {FoldIn.Dimensions} dimensions where the vectors have {dimensions}");
        Require(FoldIn.Decays.Length > 0 && Array.TrueForAll(FoldIn.Decays, decay => decay is > 0 and <= 1), "a decay is not in (0, 1]");
        Require(FoldIn.Window > 0, $"its window is {FoldIn.Window}");
        Require(float.IsFinite(FoldIn.Alpha0) && float.IsFinite(FoldIn.Regularization) && float.IsFinite(FoldIn.Nu), "a constant of its fold-in is not finite");
        Require(Gram.LongLength == (long)dimensions * dimensions, $"its Gram matrix has {Gram.Length} numbers");
        Require(IsFinite(Gram), "its Gram matrix is not finite");
        Require(Projection is null || Projection.Dimensions == dimensions, $"its projection has {Projection?.Dimensions} dimensions where the vectors have {dimensions}");
        Require(Lookup?.IsValid != false, "its look-up has a depth below 0 or a decay outside [0, 1]");
        Index?.Validate(ItemIds.Count, dimensions);
        Linear?.Validate();
        Sequence?.Validate();
        Require(SequenceIndex is null || Sequence is not null, "it has an index of a sequence model and none such model");
        SequenceIndex?.Validate(Sequence!.ItemIds.Count, Sequence.Dimensions);
        Ranker?.Validate();
    }

    private static bool IsFinite(float[] values) => values.Length == 0 || float.IsFinite(TensorPrimitives.MaxMagnitude<float>(values));

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException($"Bundle {Manifest.Version} cannot be used: {otherwise}.");
        }
    }
}
