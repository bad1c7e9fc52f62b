namespace RecActors.Interest;

/// <summary>What turns a history into an embedding, beside the item vectors: the constants of the factorisation it joins.</summary>
/// <param name="Dimensions">Length of a vector.</param>
/// <param name="Alpha0">Weight of the implicit zeros over all items (a₀).</param>
/// <param name="Regularization">Strength of the regulariser (reg).</param>
/// <param name="Nu">Exponent with which regularisation grows with the number of actions (ν).</param>
/// <param name="Decays">Per embedding, by how much an action fades with each newer item (γ in (0, 1]; 1 = never).</param>
/// <param name="Window">How many of the newest distinct items count (W).</param>
/// <param name="ItemCount">|I|, the number of items the model was fitted on.</param>
public sealed record FoldInParameters(
    int Dimensions, float Alpha0, float Regularization, float Nu, float[] Decays, int Window, int ItemCount)
{
    /// <summary>The recipe's constants: d = 64, no decay beside a fast one.</summary>
    public static FoldInParameters Default { get; } = new(64, 0.1f, 0.01f, 1f, [1f, 0.8f], UserHistory.DefaultWindow, 0);

    /// <summary>The diagonal that a history of this much weight adds: reg (weight + a₀|I|)^ν.</summary>
    public float Ridge(double weight) => (float)(Regularization * Math.Pow(weight + ((double)Alpha0 * ItemCount), Nu));
}
