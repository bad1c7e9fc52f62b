using System.Runtime.Intrinsics;

namespace RecActors.ItemToItem;

/// <summary>How much the items of a history count in a lookup, by their age in newer liked items. Immutable.</summary>
internal sealed class ItemToItemFades
{
    /// <summary>Ages that are known ahead: a lookup of a whole history has no depth, and few histories are longer.</summary>
    private const int MostKept = 256;

    /// <summary>By age: of transitions, fast and slow, and of co-occurrence, fast and slow; 0 past its depth.</summary>
    private readonly Vector128<float>[] _byAge;

    public ItemToItemFades(ItemToItemLookup lookup)
    {
        Lookup = lookup;
        Depth = Math.Max(0, Math.Max(lookup.TransitionDepth, lookup.CooccurrenceDepth));
        _byAge = [.. Enumerable.Range(0, Math.Min(Depth, MostKept)).Select(FadesOf)];
    }

    public ItemToItemLookup Lookup { get; }

    /// <summary>Items that count at all.</summary>
    public int Depth { get; }

    /// <summary>What the pairs of an item of this age are weighed by: <see cref="PairWeights.Weights"/>.</summary>
    public Vector256<float> WeightsOf(PairRow pairs, int age)
    {
        var fades = age < _byAge.Length ? _byAge[age] : FadesOf(age);
        var (fast, slow) = (fades[0], fades[1]);
        return Vector256.Create(
            Share(fast, pairs.OutMass),
            Share(slow, pairs.OutMass),
            age == 0 && Lookup.TransitionDepth > 0 ? Share(1, pairs.NextMass) : 0,
            Share(slow, pairs.OutMass + pairs.InMass),
            fades[2],
            fades[3],
            0,
            0);
    }

    private Vector128<float> FadesOf(int age) => Vector128.Create(
        Faded(Lookup.TransitionFastDecay, age, Lookup.TransitionDepth),
        Faded(Lookup.TransitionSlowDecay, age, Lookup.TransitionDepth),
        Faded(Lookup.CooccurrenceFastDecay, age, Lookup.CooccurrenceDepth),
        Faded(Lookup.CooccurrenceSlowDecay, age, Lookup.CooccurrenceDepth));

    private static float Faded(float decay, int age, int depth) => age < depth ? MathF.Pow(decay, age) : 0;

    private static float Share(float weight, double mass) => mass > 0 ? (float)(weight / mass) : 0;
}
