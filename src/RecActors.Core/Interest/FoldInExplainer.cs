using System.Numerics.Tensors;

namespace RecActors.Interest;

/// <summary>
/// Splits a fold-in score into the shares of the past actions. The score is linear in b, so u·v = Σⱼ γᵃ wⱼ vⱼ·(M⁻¹v) exactly: the
/// shares are no approximation. Not safe for concurrent use.
/// </summary>
public sealed class FoldInExplainer
{
    private readonly PackedLayout _layout;
    private readonly float[] _factor;
    private readonly float[] _inverseDiagonal;
    private readonly float[] _liked;
    private readonly float[] _solution;

    internal FoldInExplainer(PackedLayout layout, float[] factor, float[] inverseDiagonal, float[] liked)
    {
        _layout = layout;
        _factor = factor;
        _inverseDiagonal = inverseDiagonal;
        _liked = liked;
        _solution = new float[layout.Padded];
    }

    /// <summary>Number of history items, and of contributions: those within the window.</summary>
    public int Count => _liked.Length / _layout.Padded;

    /// <summary>
    /// Writes, for each history item in its order, its share of u·v; the shares add up to the score. A disliked item has none of its
    /// own: it changes how much the liked ones count.
    /// </summary>
    /// <param name="itemVector">v, d floats.</param>
    /// <param name="contributions">At least <see cref="Count"/> floats.</param>
    public void Contributions(ReadOnlySpan<float> itemVector, Span<float> contributions)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(itemVector.Length, _layout.Dimensions);
        FoldInWorkspace.CopyPadded(itemVector, _solution);
        PackedCholesky.Solve(_layout, _factor, _inverseDiagonal, _solution);
        for (var action = 0; action < Count; action++)
        {
            contributions[action] = TensorPrimitives.Dot(_liked.AsSpan(action * _layout.Padded, _layout.Padded), _solution);
        }
    }
}
