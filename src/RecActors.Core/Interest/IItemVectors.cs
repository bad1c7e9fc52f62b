namespace RecActors.Interest;

/// <summary>Item vectors by row, as a fold-in reads them. Readers need no lock.</summary>
public interface IItemVectors
{
    /// <summary>Length of a vector.</summary>
    int Dimensions { get; }

    /// <summary>The row's vector; all zeros, or empty, when the model has none for it.</summary>
    ReadOnlySpan<float> Row(int row);

    /// <summary>|v|² of the row; it differs whenever the vector has been replaced by another, by which stale accumulators are recognised.</summary>
    float SquaredNorm(int row);
}
