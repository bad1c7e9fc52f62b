using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RecActors.Retrieval;

/// <summary>
/// AVX2 with FMA: <see cref="Vector512Kernel"/> at half the width.
/// </summary>
internal sealed class Vector256Kernel : IVectorKernel
{
    private const int Lanes = 8;

    /// <summary>Whether this processor runs it.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated && Fma.IsSupported;

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

    private static float Dot(ref float x, ref float y, int length) =>
        SumLanes(Accumulate(ref x, ref y, length), default, default, default).ToScalar() + Tail(ref x, ref y, length);

    private static Vector128<float> Dot4(ref float x, ref float y, int length)
    {
        ref var x1 = ref Unsafe.Add(ref x, length);
        ref var x2 = ref Unsafe.Add(ref x1, length);
        ref var x3 = ref Unsafe.Add(ref x2, length);
        var sums = SumLanes(
            Accumulate(ref x, ref y, length), Accumulate(ref x1, ref y, length), Accumulate(ref x2, ref y, length), Accumulate(ref x3, ref y, length));
        return length % Lanes == 0
            ? sums
            : sums + Vector128.Create(Tail(ref x, ref y, length), Tail(ref x1, ref y, length), Tail(ref x2, ref y, length), Tail(ref x3, ref y, length));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Accumulate(ref float x, ref float y, int length)
    {
        Vector256<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        nuint index = 0;
        for (; index + (4 * Lanes) <= (nuint)length; index += 4 * Lanes)
        {
            sum0 = MultiplyAdd(ref x, ref y, index, sum0);
            sum1 = MultiplyAdd(ref x, ref y, index + Lanes, sum1);
            sum2 = MultiplyAdd(ref x, ref y, index + (2 * Lanes), sum2);
            sum3 = MultiplyAdd(ref x, ref y, index + (3 * Lanes), sum3);
        }

        for (; index + Lanes <= (nuint)length; index += Lanes)
        {
            sum0 = MultiplyAdd(ref x, ref y, index, sum0);
        }

        return sum0 + sum1 + (sum2 + sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> MultiplyAdd(ref float x, ref float y, nuint index, Vector256<float> sum) =>
        Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref x, index), Vector256.LoadUnsafe(ref y, index), sum);

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
