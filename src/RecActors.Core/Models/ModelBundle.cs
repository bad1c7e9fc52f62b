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

    /// <summary>The learned vector of an item, by its place in <see cref="ItemIds"/>.</summary>
    public ReadOnlySpan<float> ItemVector(int index) => ItemVectors.AsSpan(index * Manifest.Dimensions, Manifest.Dimensions);
}
