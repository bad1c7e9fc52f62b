using System.Numerics.Tensors;

namespace RecActors.ItemToItem;

/// <summary>
/// Learned item-to-item weights: the score of an item is the sum of the weights that the user's items give it. The solution of a
/// ridge regression of every item on all others (EASE; Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data", equation 8),
/// of which every item keeps the largest weights. Immutable; a part of a model bundle.
/// </summary>
public sealed record LinearItemModel
{
    /// <summary>The items of the model; ids are distinct.</summary>
    public required IReadOnlyList<string> ItemIds { get; init; }

    /// <summary>Where an item's weights begin, by its place in <see cref="ItemIds"/>, and at the end their number: n + 1 entries, ascending.</summary>
    public required int[] Starts { get; init; }

    /// <summary>The items that the weights are for, by their place in <see cref="ItemIds"/>.</summary>
    public required int[] Targets { get; init; }

    /// <summary>The weights, negative ones among them.</summary>
    public required float[] Weights { get; init; }

    /// <summary>Checks that the parts fit together and that every number is finite.</summary>
    /// <exception cref="InvalidDataException">They do not; the message says where.</exception>
    public void Validate()
    {
        Require(Starts.Length == ItemIds.Count + 1, $"{ItemIds.Count} items have {Starts.Length} starts");
        Require(Starts[0] == 0 && Starts[^1] == Targets.Length, "its starts do not enclose its weights");
        Require(Starts.AsSpan(1).ToArray().Zip(Starts, (next, start) => next >= start).All(ascends => ascends), "its starts do not ascend");
        Require(Targets.Length == Weights.Length, $"{Targets.Length} targets have {Weights.Length} weights");
        Require(Array.TrueForAll(Targets, target => (uint)target < (uint)ItemIds.Count), "a weight is for an item that it does not have");
        Require(Weights.Length == 0 || float.IsFinite(TensorPrimitives.MaxMagnitude<float>(Weights)), "a weight is not finite");
        Require(ItemIds.All(id => !string.IsNullOrEmpty(id)), "an item has no id");
        Require(ItemIds.Distinct(StringComparer.Ordinal).Count() == ItemIds.Count, "an item is listed twice");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException($"The linear item model cannot be used: {otherwise}.");
        }
    }
}
