namespace RecActors.Interest;

/// <summary>Factors of users and items, row-major, d floats each; a user or item without entries has the zero vector.</summary>
public sealed record MatrixFactors(int Dimensions, float[] Users, float[] Items)
{
    /// <summary>VᵀV of the item factors, d × d, as <see cref="FoldIn"/> takes it.</summary>
    public float[] ItemGram() => throw new NotImplementedException();
}

/// <summary>How far a fit is: sweeps done of all.</summary>
public readonly record struct ImplicitAlsProgress(int Sweep, int Sweeps);

/// <summary>stub</summary>
public static class ImplicitAls
{
    /// <summary>Factors of the interactions (users × items).</summary>
    public static MatrixFactors Fit(
        InteractionMatrix interactions,
        ImplicitAlsOptions options,
        IProgress<ImplicitAlsProgress>? progress = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
