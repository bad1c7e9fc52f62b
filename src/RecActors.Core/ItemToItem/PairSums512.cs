using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RecActors.ItemToItem;

/// <summary>
/// <see cref="PairSums"/> with AVX-512: the cosines of sixteen pairs at once, since quotients are what takes longest; four pairs are a register, and each two of them
/// become what is added to two rows by one permutation of their values and the cosines.
/// </summary>
internal static class PairSums512
{
    /// <summary>Pairs at once.</summary>
    public const int Pairs = 16;

    /// <summary>Pairs in a register.</summary>
    private const int Four = 4;

    // Places from 16 on are those of the second source, the cosines.
    private const int Cosines = 16;

    public static bool IsSupported => Avx512F.IsSupported;

    /// <summary>The co-occurrences of the pairs in two registers.</summary>
    private static Vector512<int> Cooccurrences => Vector512.Create(3, 7, 11, 15, 19, 23, 27, 31, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>From four pairs, as (out, out + in, next, co-occurrence), and cosines, to the order of the signals: of the first two pairs, and of the others.</summary>
    private static Vector512<int> FirstTwo => Vector512.Create(
        0, 0, 2, 1, Cosines, Cosines, Cosines, Cosines,
        4, 4, 6, 5, Cosines + 1, Cosines + 1, Cosines + 1, Cosines + 1);

    private static Vector512<int> LastTwo => Vector512.Create(
        8, 8, 10, 9, Cosines + 2, Cosines + 2, Cosines + 2, Cosines + 2,
        12, 12, 14, 13, Cosines + 3, Cosines + 3, Cosines + 3, Cosines + 3);

    /// <summary>The next four pairs have the next four cosines.</summary>
    private static Vector512<int> ToNextFour => Vector512.Create(Vector256.Create(0, 0, 0, 0, Four, Four, Four, Four), Vector256.Create(0, 0, 0, 0, Four, Four, Four, Four));

    private static Vector512<float> AtIn => Vector512.Create(0, -1, 0, 0, 0, -1, 0, 0, 0, -1, 0, 0, 0, -1, 0, 0).AsSingle();

    /// <summary>Adds pairs in groups of <see cref="Pairs"/>, their others all below the length of the roots; those that are left over are the caller's.</summary>
    /// <inheritdoc cref="PairSums.Add"/>
    public static int Add(ReadOnlySpan<int> others, ReadOnlySpan<float> values, in PairWeights by, ref float sums, ref int touched, int count)
    {
        ref var other = ref MemoryMarshal.GetReference(others);
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var roots = ref MemoryMarshal.GetReference(by.Roots);
        var weights = Vector512.Create(by.Weights, by.Weights);
        var marked = Vector512.Create(PairSums.Marked, PairSums.Marked);
        for (var index = 0; index + Pairs <= others.Length; index += Pairs)
        {
            var scales = (Vector512.Create(by.Root) * RootsOf(ref other, ref roots)) + Vector512.Create(CosineScale.Shrinkage);
            var cosines = CooccurrencesOf(ref value) / scales;
            var (firstTwo, lastTwo) = (FirstTwo, LastTwo);
            for (var place = 0; place < Pairs; place += Four)
            {
                var pairs = Vector512.LoadUnsafe(ref value);
                pairs += Avx512F.Permute4x32(pairs, PairRow.Out) & AtIn;
                var first = (Avx512F.PermuteVar16x32x2(pairs, firstTwo, cosines) * weights) + marked;
                var last = (Avx512F.PermuteVar16x32x2(pairs, lastTwo, cosines) * weights) + marked;
                count = PairSums.AddTo(other, first.GetLower(), ref sums, ref touched, count);
                count = PairSums.AddTo(Unsafe.Add(ref other, 1), first.GetUpper(), ref sums, ref touched, count);
                count = PairSums.AddTo(Unsafe.Add(ref other, 2), last.GetLower(), ref sums, ref touched, count);
                count = PairSums.AddTo(Unsafe.Add(ref other, 3), last.GetUpper(), ref sums, ref touched, count);
                firstTwo += ToNextFour;
                lastTwo += ToNextFour;
                other = ref Unsafe.Add(ref other, Four);
                value = ref Unsafe.Add(ref value, Four * PairRow.Width);
            }
        }

        return count;
    }

    private static Vector512<float> CooccurrencesOf(ref float value)
    {
        const int Register = Four * PairRow.Width;
        var low = Avx512F.PermuteVar16x32x2(Vector512.LoadUnsafe(ref value), Cooccurrences, Vector512.LoadUnsafe(ref value, Register));
        var high = Avx512F.PermuteVar16x32x2(Vector512.LoadUnsafe(ref value, 2 * Register), Cooccurrences, Vector512.LoadUnsafe(ref value, 3 * Register));
        return Vector512.Create(low.GetLower(), high.GetLower());
    }

    private static Vector512<float> RootsOf(ref int other, ref float roots)
    {
        return Vector512.Create(
            Of(ref other, ref roots, 0), Of(ref other, ref roots, 1), Of(ref other, ref roots, 2), Of(ref other, ref roots, 3),
            Of(ref other, ref roots, 4), Of(ref other, ref roots, 5), Of(ref other, ref roots, 6), Of(ref other, ref roots, 7),
            Of(ref other, ref roots, 8), Of(ref other, ref roots, 9), Of(ref other, ref roots, 10), Of(ref other, ref roots, 11),
            Of(ref other, ref roots, 12), Of(ref other, ref roots, 13), Of(ref other, ref roots, 14), Of(ref other, ref roots, 15));

        static float Of(ref int other, ref float roots, int place) => Unsafe.Add(ref roots, Unsafe.Add(ref other, place));
    }
}
