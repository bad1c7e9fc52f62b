using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RecActors.Retrieval;

/// <summary>
/// For processors without wider vectors, Arm64 among them: a quarter of <see cref="Vector512Kernel"/>'s width, one row at a time.
/// </summary>
internal sealed class Vector128Kernel : IVectorKernel
{
    private const int Lanes = 4;

    /// <summary>Whether this processor runs it.</summary>
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public string Name => "128";

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
        for (var row = 0; row < scores.Length; row++)
        {
            scores[row] = Dot(ref x, ref y, dimensions);
            x = ref Unsafe.Add(ref x, dimensions);
        }
    }

    public void CodeSums(ReadOnlySpan<byte> tiles, ReadOnlySpan<sbyte> query, Span<int> sums)
    {
        if (CodeSums128.IsSupported)
        {
            CodeSums128.Run(tiles, query, sums);
            return;
        }

        CodeTiles.Check(tiles, query, sums);
        CodeTiles.Sums(tiles, query, sums);
    }

    private static float Dot(ref float x, ref float y, int length) =>
        Vector128.Sum(Accumulate(ref x, ref y, length)) + Tail(ref x, ref y, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Accumulate(ref float x, ref float y, int length)
    {
        Vector128<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
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
    private static Vector128<float> MultiplyAdd(ref float x, ref float y, nuint index, Vector128<float> sum) =>
        Vector128.FusedMultiplyAdd(Vector128.LoadUnsafe(ref x, index), Vector128.LoadUnsafe(ref y, index), sum);

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
