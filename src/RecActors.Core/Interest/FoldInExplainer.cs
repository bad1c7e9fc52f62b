namespace RecActors.Interest;

/// <summary>stub</summary>
public sealed class FoldInExplainer
{
    /// <summary>Writes, for each history item in its order, its exact share of u·v; the shares add up to the score.</summary>
    public void Contributions(ReadOnlySpan<float> itemVector, Span<float> contributions) => throw new NotImplementedException();
}
