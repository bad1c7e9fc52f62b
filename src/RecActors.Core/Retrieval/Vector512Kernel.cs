using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RecActors.Retrieval;

/// <summary>
/// AVX-512, four rows at a time: with two accumulators each they hide the latency of fused multiply-add, they share the loads
/// of the query, and they are summed across lanes together, which at 64 dimensions would otherwise cost more than the products.
/// </summary>
internal sealed class Vector512Kernel : IVectorKernel
{
    private const int Lanes = 16;

    /// <summary>Whether this processor runs it.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported && CodeSums512.IsSupported;

    public string Name => "512";

    public float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length, nameof(y));
        return Dot(ref MemoryMarshal.GetReference(x), ref MemoryMarshal.GetReference(y), x.Length);
    }

    public void Dots(ReadOnlySpan<float> rows, ReadOnlySpan<float> query, Span<float> scores)
    {
        var dimensions = query.Length;
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, scores.Length * dimensions, nameof(rows));
        ref var x = ref MemoryMarshal.GetReference(rows);
        ref var y = ref MemoryMarshal.GetReference(query);
        var row = 0;
        for (; row <= scores.Length - 4; row += 4)
        {
            Dot4(ref x, ref y, dimensions).CopyTo(scores[row..]);
            x = ref Unsafe.Add(ref x, 4 * dimensions);
        }

        for (; row < scores.Length; row++)
        {
            scores[row] = Dot(ref x, ref y, dimensions);
            x = ref Unsafe.Add(ref x, dimensions);
        }
    }

    public void Dots(ReadOnlySpan<float> rows, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> firstScores, Span<float> secondScores)
    {
        var dimensions = first.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(second.Length, dimensions, nameof(second));
        ArgumentOutOfRangeException.ThrowIfNotEqual(secondScores.Length, firstScores.Length, nameof(secondScores));
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, firstScores.Length * dimensions, nameof(rows));
        if (dimensions % (2 * Lanes) != 0)
        {
            Dots(rows, first, firstScores);
            Dots(rows, second, secondScores);
            return;
        }

        ref var x = ref MemoryMarshal.GetReference(rows);
        ref var y = ref MemoryMarshal.GetReference(first);
        ref var z = ref MemoryMarshal.GetReference(second);
        var row = 0;
        for (; row <= firstScores.Length - 4; row += 4)
        {
            var scores = Dot4By2(ref x, ref y, ref z, dimensions);
            scores.GetLower().CopyTo(firstScores[row..]);
            scores.GetUpper().CopyTo(secondScores[row..]);
            x = ref Unsafe.Add(ref x, 4 * dimensions);
        }

        for (; row < firstScores.Length; row++)
        {
            firstScores[row] = Dot(ref x, ref y, dimensions);
            secondScores[row] = Dot(ref x, ref z, dimensions);
            x = ref Unsafe.Add(ref x, dimensions);
        }
    }

    public void CodeSums(ReadOnlySpan<byte> tiles, ReadOnlySpan<sbyte> query, Span<int> sums) => CodeSums512.Run(tiles, query, sums);

    private static float Dot(ref float x, ref float y, int length)
    {
        Vector512<float> even = default, odd = default;
        nuint index = 0;
        for (; index + (2 * Lanes) <= (nuint)length; index += 2 * Lanes)
        {
            even = MultiplyAdd(ref x, index, Vector512.LoadUnsafe(ref y, index), even);
            odd = MultiplyAdd(ref x, index + Lanes, Vector512.LoadUnsafe(ref y, index + Lanes), odd);
        }

        if (index + Lanes <= (nuint)length)
        {
            even = MultiplyAdd(ref x, index, Vector512.LoadUnsafe(ref y, index), even);
        }

        return SumLanes(even + odd, default, default, default).ToScalar() + Tail(ref x, ref y, length);
    }

    /// <summary>Four rows at once, each summed as <see cref="Dot(ref float, ref float, int)"/> sums it.</summary>
    private static Vector128<float> Dot4(ref float x, ref float y, int length)
    {
        ref var x1 = ref Unsafe.Add(ref x, length);
        ref var x2 = ref Unsafe.Add(ref x1, length);
        ref var x3 = ref Unsafe.Add(ref x2, length);
        Vector512<float> even = default, even1 = default, even2 = default, even3 = default;
        Vector512<float> odd = default, odd1 = default, odd2 = default, odd3 = default;
        nuint index = 0;
        for (; index + (2 * Lanes) <= (nuint)length; index += 2 * Lanes)
        {
            var y0 = Vector512.LoadUnsafe(ref y, index);
            even = MultiplyAdd(ref x, index, y0, even);
            even1 = MultiplyAdd(ref x1, index, y0, even1);
            even2 = MultiplyAdd(ref x2, index, y0, even2);
            even3 = MultiplyAdd(ref x3, index, y0, even3);
            var y1 = Vector512.LoadUnsafe(ref y, index + Lanes);
            odd = MultiplyAdd(ref x, index + Lanes, y1, odd);
            odd1 = MultiplyAdd(ref x1, index + Lanes, y1, odd1);
            odd2 = MultiplyAdd(ref x2, index + Lanes, y1, odd2);
            odd3 = MultiplyAdd(ref x3, index + Lanes, y1, odd3);
        }

        if (index + Lanes <= (nuint)length)
        {
            var y0 = Vector512.LoadUnsafe(ref y, index);
            even = MultiplyAdd(ref x, index, y0, even);
            even1 = MultiplyAdd(ref x1, index, y0, even1);
            even2 = MultiplyAdd(ref x2, index, y0, even2);
            even3 = MultiplyAdd(ref x3, index, y0, even3);
        }

        var sums = SumLanes(even + odd, even1 + odd1, even2 + odd2, even3 + odd3);
        return length % Lanes == 0
            ? sums
            : sums + Vector128.Create(Tail(ref x, ref y, length), Tail(ref x1, ref y, length), Tail(ref x2, ref y, length), Tail(ref x3, ref y, length));
    }

    /// <summary>
    /// Four rows by two queries of whole pairs of vectors: sixteen accumulators, half of the registers, so that twelve loads feed sixteen
    /// multiply-adds and no longer hold them up. The first query's sums are the lower half.
    /// </summary>
    private static Vector256<float> Dot4By2(ref float x, ref float y, ref float z, int length)
    {
        ref var x1 = ref Unsafe.Add(ref x, length);
        ref var x2 = ref Unsafe.Add(ref x1, length);
        ref var x3 = ref Unsafe.Add(ref x2, length);
        Vector512<float> evenY = default, evenY1 = default, evenY2 = default, evenY3 = default;
        Vector512<float> evenZ = default, evenZ1 = default, evenZ2 = default, evenZ3 = default;
        Vector512<float> oddY = default, oddY1 = default, oddY2 = default, oddY3 = default;
        Vector512<float> oddZ = default, oddZ1 = default, oddZ2 = default, oddZ3 = default;
        for (nuint index = 0; index < (nuint)length; index += 2 * Lanes)
        {
            var yEven = Vector512.LoadUnsafe(ref y, index);
            var zEven = Vector512.LoadUnsafe(ref z, index);
            var part = Vector512.LoadUnsafe(ref x, index);
            evenY = Vector512.FusedMultiplyAdd(part, yEven, evenY);
            evenZ = Vector512.FusedMultiplyAdd(part, zEven, evenZ);
            part = Vector512.LoadUnsafe(ref x1, index);
            evenY1 = Vector512.FusedMultiplyAdd(part, yEven, evenY1);
            evenZ1 = Vector512.FusedMultiplyAdd(part, zEven, evenZ1);
            part = Vector512.LoadUnsafe(ref x2, index);
            evenY2 = Vector512.FusedMultiplyAdd(part, yEven, evenY2);
            evenZ2 = Vector512.FusedMultiplyAdd(part, zEven, evenZ2);
            part = Vector512.LoadUnsafe(ref x3, index);
            evenY3 = Vector512.FusedMultiplyAdd(part, yEven, evenY3);
            evenZ3 = Vector512.FusedMultiplyAdd(part, zEven, evenZ3);

            var yOdd = Vector512.LoadUnsafe(ref y, index + Lanes);
            var zOdd = Vector512.LoadUnsafe(ref z, index + Lanes);
            part = Vector512.LoadUnsafe(ref x, index + Lanes);
            oddY = Vector512.FusedMultiplyAdd(part, yOdd, oddY);
            oddZ = Vector512.FusedMultiplyAdd(part, zOdd, oddZ);
            part = Vector512.LoadUnsafe(ref x1, index + Lanes);
            oddY1 = Vector512.FusedMultiplyAdd(part, yOdd, oddY1);
            oddZ1 = Vector512.FusedMultiplyAdd(part, zOdd, oddZ1);
            part = Vector512.LoadUnsafe(ref x2, index + Lanes);
            oddY2 = Vector512.FusedMultiplyAdd(part, yOdd, oddY2);
            oddZ2 = Vector512.FusedMultiplyAdd(part, zOdd, oddZ2);
            part = Vector512.LoadUnsafe(ref x3, index + Lanes);
            oddY3 = Vector512.FusedMultiplyAdd(part, yOdd, oddY3);
            oddZ3 = Vector512.FusedMultiplyAdd(part, zOdd, oddZ3);
        }

        return Vector256.Create(
            SumLanes(evenY + oddY, evenY1 + oddY1, evenY2 + oddY2, evenY3 + oddY3),
            SumLanes(evenZ + oddZ, evenZ1 + oddZ1, evenZ2 + oddZ2, evenZ3 + oddZ3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> MultiplyAdd(ref float x, nuint index, Vector512<float> y, Vector512<float> sum) =>
        Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref x, index), y, sum);

    /// <summary>The sums across lanes of four vectors, in one: a transposition folded into the additions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> SumLanes(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        var ab = Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b);
        var cd = Avx512F.UnpackLow(c, d) + Avx512F.UnpackHigh(c, d);
        var abcd = Avx512F.UnpackLow(ab.AsDouble(), cd.AsDouble()).AsSingle() + Avx512F.UnpackHigh(ab.AsDouble(), cd.AsDouble()).AsSingle();
        var half = abcd.GetLower() + abcd.GetUpper();
        return half.GetLower() + half.GetUpper();
    }

    /// <summary>What is left of the length after whole vectors.</summary>
    private static float Tail(ref float x, ref float y, int length)
    {
        var sum = 0f;
        for (var index = length - (length % Lanes); index < length; index++)
        {
            sum += Unsafe.Add(ref x, index) * Unsafe.Add(ref y, index);
        }

        return sum;
    }
}
