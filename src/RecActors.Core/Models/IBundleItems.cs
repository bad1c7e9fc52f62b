namespace RecActors.Models;

/// <summary>The items of a bundle with their learned vectors, in the bundle's order.</summary>
public interface IBundleItems
{
    /// <summary>Their ids.</summary>
    IReadOnlyList<string> ItemIds { get; }

    /// <summary>Calls with every item's place in <see cref="ItemIds"/> and its vector, which is only there during the call.</summary>
    /// <exception cref="InvalidDataException">They are corrupt: whatever was made of them must be thrown away.</exception>
    void ReadVectors(ItemVectorAction each);
}

/// <summary>Takes a vector.</summary>
public delegate void ItemVectorAction(int index, ReadOnlySpan<float> vector);

/// <summary>The items of a bundle in memory.</summary>
internal sealed class BundleItems(ModelBundle bundle) : IBundleItems
{
    public IReadOnlyList<string> ItemIds => bundle.ItemIds;

    public void ReadVectors(ItemVectorAction each)
    {
        for (var index = 0; index < bundle.ItemIds.Count; index++)
        {
            each(index, bundle.ItemVector(index));
        }
    }
}
