using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RecActors.Retrieval;

/// <summary>AVX2 with FMA: <see cref="Vector512Kernel"/> at half the width.</summary>
internal sealed class Vector256Kernel : IVectorKernel
{
    private const int Lanes = 8;

    /// <summary>Whether this processor runs it.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated && Fma.IsSupported && CodeSums256.IsSupported;

    public string Name => "256";

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

    public void CodeSums(ReadOnlySpan<byte> tiles, ReadOnlySpan<sbyte> query, Span<int> sums) => CodeSums256.Run(tiles, query, sums);

    private static float Dot(ref float x, ref float y, int length)
    {
        Vector256<float> even = default, odd = default;
        nuint index = 0;
        for (; index + (2 * Lanes) <= (nuint)length; index += 2 * Lanes)
        {
            even = MultiplyAdd(ref x, index, Vector256.LoadUnsafe(ref y, index), even);
            odd = MultiplyAdd(ref x, index + Lanes, Vector256.LoadUnsafe(ref y, index + Lanes), odd);
        }

        if (index + Lanes <= (nuint)length)
        {
            even = MultiplyAdd(ref x, index, Vector256.LoadUnsafe(ref y, index), even);
        }

        return SumLanes(even + odd, default, default, default).ToScalar() + Tail(ref x, ref y, length);
    }

    /// <summary>Four rows at once, each summed as <see cref="Dot(ref float, ref float, int)"/> sums it.</summary>
    private static Vector128<float> Dot4(ref float x, ref float y, int length)
    {
        ref var x1 = ref Unsafe.Add(ref x, length);
        ref var x2 = ref Unsafe.Add(ref x1, length);
        ref var x3 = ref Unsafe.Add(ref x2, length);
        Vector256<float> even = default, even1 = default, even2 = default, even3 = default;
        Vector256<float> odd = default, odd1 = default, odd2 = default, odd3 = default;
        nuint index = 0;
        for (; index + (2 * Lanes) <= (nuint)length; index += 2 * Lanes)
        {
            var y0 = Vector256.LoadUnsafe(ref y, index);
            even = MultiplyAdd(ref x, index, y0, even);
            even1 = MultiplyAdd(ref x1, index, y0, even1);
            even2 = MultiplyAdd(ref x2, index, y0, even2);
            even3 = MultiplyAdd(ref x3, index, y0, even3);
            var y1 = Vector256.LoadUnsafe(ref y, index + Lanes);
            odd = MultiplyAdd(ref x, index + Lanes, y1, odd);
            odd1 = MultiplyAdd(ref x1, index + Lanes, y1, odd1);
            odd2 = MultiplyAdd(ref x2, index + Lanes, y1, odd2);
            odd3 = MultiplyAdd(ref x3, index + Lanes, y1, odd3);
        }

        if (index + Lanes <= (nuint)length)
        {
            var y0 = Vector256.LoadUnsafe(ref y, index);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> MultiplyAdd(ref float x, nuint index, Vector256<float> y, Vector256<float> sum) =>
        Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref x, index), y, sum);

    /// <summary>The sums across lanes of four vectors, in one: a transposition folded into the additions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> SumLanes(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        var ab = Avx.UnpackLow(a, b) + Avx.UnpackHigh(a, b);
        var cd = Avx.UnpackLow(c, d) + Avx.UnpackHigh(c, d);
        var abcd = Avx.UnpackLow(ab.AsDouble(), cd.AsDouble()).AsSingle() + Avx.UnpackHigh(ab.AsDouble(), cd.AsDouble()).AsSingle();
        return abcd.GetLower() + abcd.GetUpper();
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
