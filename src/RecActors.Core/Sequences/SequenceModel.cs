using System.Numerics.Tensors;

namespace RecActors.Sequences;

/// <summary>
/// A learned recurrence over a user's actions in several timescales, which predicts the next item. An action on item j of kind k is
/// the input x = s_k p_j + e_k. For each decay g: h_g ← g h_g + x, w_g ← g w_g + 1; then u = Σ_g a_g ⊙ h_g / w_g, and item i scores
/// cos(u, q_i) / τ. All decays are fixed and below 1, so that an action costs O(3d) and old actions need no subtraction.
/// Immutable by agreement: nobody writes to the arrays after construction.
/// </summary>
public sealed record SequenceModel
{
    private const int MaxDimensions = 4_096;

    /// <summary>Floats of an item's vectors, d. Independent of the fold-in's.</summary>
    public required int Dimensions { get; init; }

    /// <summary>The items that have vectors; ids are distinct. Other items are neither found nor do they move the state.</summary>
    public required IReadOnlyList<string> ItemIds { get; init; }

    /// <summary>p: what an action on an item says, n × d, row by row.</summary>
    public required float[] Inputs { get; init; }

    /// <summary>q: what items are found by, n × d, row by row.</summary>
    public required float[] Outputs { get; init; }

    /// <summary>g, each in [0, 1): by how much an action fades with each newer one.</summary>
    public required float[] Decays { get; init; }

    /// <summary>a: what each timescale contributes, decays × d, row by row.</summary>
    public required float[] Mixing { get; init; }

    /// <summary>s: the gain of each kind of action.</summary>
    public required float[] KindGains { get; init; }

    /// <summary>e: what a kind of action says whatever the item, kinds × d, row by row.</summary>
    public required float[] KindVectors { get; init; }

    /// <summary>τ: the scale of the scores in training; it orders nothing.</summary>
    public required float Temperature { get; init; }

    /// <summary>Checks the shapes and that every number is finite.</summary>
    /// <exception cref="InvalidDataException">They do not fit together; the message says where.</exception>
    public void Validate()
    {
        Require(Dimensions is > 0 and <= MaxDimensions, $"its vectors have {Dimensions} dimensions");
        Require(ItemIds.All(id => !string.IsNullOrEmpty(id)), "an item has no id");
        Require(ItemIds.Distinct(StringComparer.Ordinal).Count() == ItemIds.Count, "an item is listed twice");
        Require(Decays.Length > 0 && Array.TrueForAll(Decays, decay => decay is >= 0 and < 1), "a decay is not in [0, 1)");
        Require(KindGains.Length == ActionKind.Count, $"it knows {KindGains.Length} kinds of actions instead of {ActionKind.Count}");
        Require(float.IsFinite(Temperature) && Temperature > 0, $"its temperature is {Temperature}");
        RequireVectors(Inputs, ItemIds.Count, "inputs");
        RequireVectors(Outputs, ItemIds.Count, "outputs");
        RequireVectors(Mixing, Decays.Length, "mixing vectors");
        RequireVectors(KindVectors, ActionKind.Count, "kinds");
        Require(IsFinite(KindGains), "the gain of a kind is not finite");
    }

    private static bool IsFinite(float[] values) => values.Length == 0 || float.IsFinite(TensorPrimitives.MaxMagnitude<float>(values));

    private void RequireVectors(float[] values, int count, string name)
    {
        Require(values.LongLength == (long)count * Dimensions, $"{count} {name} of {Dimensions} dimensions do not make {values.Length} numbers");
        Require(IsFinite(values), $"one of its {name} is not finite");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException($"The sequence model cannot be used: {otherwise}.");
        }
    }
}
