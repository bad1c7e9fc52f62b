namespace RecActors.Retrieval;

/// <summary>How two vectors are compared; higher is more alike. The numbers are stored: never renumber.</summary>
public enum Similarity
{
    /// <summary>u·v.</summary>
    DotProduct = 0,

    /// <summary>u·v / (|u| |v|), 0 when either is zero.</summary>
    Cosine = 1,

    /// <summary>−|u − v|², computed as 2 u·v − |u|² − |v|².</summary>
    Euclidean = 2,
}
