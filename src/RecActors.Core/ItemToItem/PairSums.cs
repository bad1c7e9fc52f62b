using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RecActors.ItemToItem;

/// <summary>
/// Adds the pairs of one item to the sums of <see cref="ItemToItemScores"/>: eight floats per row, of which six are the signals and one says that the
/// row is touched. This is the reference for any processor; <see cref="PairSums512"/> does sixteen pairs at once, to the last bit the same.
/// </summary>
internal static class PairSums
{
    /// <summary>Floats of a row.</summary>
    public const int Width = 8;

    /// <summary>The float of a row that is above 0 where something was added.</summary>
    public const int Mark = 6;

    /// <summary>What the mark grows by with every pair, in its place.</summary>
    public static Vector256<float> Marked => Vector256.Create(0f, 0, 0, 0, 0, 0, 1, 0);

    /// <summary>Adds some pairs.</summary>
    /// <param name="others">Rows of the other items, each below what <paramref name="sums"/> and <paramref name="touched"/> have room for.</param>
    /// <param name="values">The pairs' values.</param>
    /// <param name="by">What they are weighed by.</param>
    /// <param name="sums">The sums of row 0.</param>
    /// <param name="touched">The first of the rows that are touched; there is room for one more than there are rows.</param>
    /// <param name="count">How many are touched so far.</param>
    /// <returns>How many are touched now.</returns>
    public static int Add(ReadOnlySpan<int> others, ReadOnlySpan<float> values, in PairWeights by, ref float sums, ref int touched, int count)
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        for (var index = 0; index < others.Length; index++)
        {
            var pair = Vector128.LoadUnsafe(ref value, (nuint)(index * PairRow.Width));
            var other = others[index];
            var cosine = pair[PairRow.Cooccurrence] / CosineScale.Of(by.Root, PopularityTable.RootOf(by.Roots, other));

            // To (out, out, next, out + in), the order of the signals.
            var transitions = Vector128.Shuffle(pair, Vector128.Create(PairRow.Out, PairRow.Out, PairRow.Next, PairRow.Out))
                + Vector128.Create(0, 0, 0, pair[PairRow.In]);
            count = AddTo(other, (Vector256.Create(transitions, Vector128.Create(cosine)) * by.Weights) + Marked, ref sums, ref touched, count);
        }

        return count;
    }

    /// <summary>Adds to a row, and returns how many rows are touched now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int AddTo(int row, Vector256<float> added, ref float sums, ref int touched, int count)
    {
        ref var place = ref Unsafe.Add(ref sums, (nint)row * Width);

        // Written in any case, and kept when it is new: a branch here is guessed wrong too often. As bits, a float is compared in one step.
        Unsafe.Add(ref touched, count) = row;
        count += Unsafe.As<float, int>(ref Unsafe.Add(ref place, Mark)) == 0 ? 1 : 0;
        (Vector256.LoadUnsafe(ref place) + added).StoreUnsafe(ref place);
        return count;
    }
}

/// <summary>What the pairs of an item of the history are weighed by.</summary>
/// <param name="root">√count of the item.</param>
/// <param name="roots">√count by row.</param>
/// <param name="weights">
/// Weights of transitions out (fast, slow), of next ones and of those in both directions, of the cosine in the fast signal and in the slow one, and two zeros.
/// </param>
internal readonly ref struct PairWeights(float root, ReadOnlySpan<float> roots, Vector256<float> weights)
{
    public readonly float Root = root;
    public readonly ReadOnlySpan<float> Roots = roots;
    public readonly Vector256<float> Weights = weights;
}
