namespace RecActors.Interest;

/// <summary>Factors of users and items, row-major, d floats each; a user or item without entries has the zero vector.</summary>
public sealed record MatrixFactors(int Dimensions, float[] Users, float[] Items)
{
    /// <summary>VᵀV of the item factors, d × d, as <see cref="FoldIn"/> takes it.</summary>
    public float[] ItemGram()
    {
        var layout = new PackedLayout(Dimensions);
        return layout.Unpack(PackedGram.Compute(layout, Items, maxThreads: 1));
    }
}
