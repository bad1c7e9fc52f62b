using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RecActors.Interest;

/// <summary>
/// The hot loops on packed symmetric matrices: rank-one and rank-k updates. Vector512 is two Vector256 where the processor has
/// no wider registers. Tested against double-precision loops.
/// </summary>
internal static class PackedKernels
{
    /// <summary>Rows of the matrix that a rank-k update keeps in registers at once.</summary>
    private const int TileRows = 8;

    /// <summary>A ← fade · A + weight · v vᵀ.</summary>
    /// <param name="layout">Layout of the matrix.</param>
    /// <param name="matrix">A, packed.</param>
    /// <param name="vector">v, padded with zeros.</param>
    /// <param name="fade">Factor of what is there.</param>
    /// <param name="weight">Factor of what is added, of either sign.</param>
    public static void AddOuter(PackedLayout layout, Span<float> matrix, ReadOnlySpan<float> vector, float fade, float weight)
    {
        CheckLengths(layout, matrix.Length, vector.Length);
        ref var a = ref MemoryMarshal.GetReference(matrix);
        ref var v = ref MemoryMarshal.GetReference(vector);
        var fades = Vector512.Create(fade);
        for (var row = 0; row < layout.Dimensions; row++)
        {
            var scale = Vector512.Create(weight * Unsafe.Add(ref v, row));
            ref var target = ref Unsafe.Add(ref a, layout.RowStart(row));
            for (var column = PackedLayout.FirstColumn(row); column < layout.Padded; column += PackedLayout.Lane)
            {
                var faded = Load(ref target, column) * fades;
                Store(Vector512.FusedMultiplyAdd(scale, Load(ref v, column), faded), ref target, column);
            }
        }
    }

    /// <summary>A ← A + Σₖ sₖ vₖᵀ over a panel of vectors, where sₖ = weightₖ vₖ.</summary>
    /// <param name="layout">Layout of the matrix.</param>
    /// <param name="matrix">A, packed.</param>
    /// <param name="scaled">The sₖ, one after the other, padded.</param>
    /// <param name="plain">The vₖ likewise.</param>
    /// <param name="count">How many.</param>
    public static void AddPanel(PackedLayout layout, Span<float> matrix, ReadOnlySpan<float> scaled, ReadOnlySpan<float> plain, int count)
    {
        CheckLengths(layout, matrix.Length, plain.Length / Math.Max(1, count));
        ArgumentOutOfRangeException.ThrowIfLessThan(scaled.Length, count * layout.Padded);
        ref var a = ref MemoryMarshal.GetReference(matrix);
        for (var column = 0; column < layout.Padded; column += PackedLayout.Lane)
        {
            for (var row = 0; row < column + PackedLayout.Lane; row += TileRows)
            {
                AddPanelTile(layout, ref a, row, column, ref MemoryMarshal.GetReference(scaled), ref MemoryMarshal.GetReference(plain), count);
            }
        }
    }

    /// <summary>
    /// A ← A − Uᵀ U restricted to a tile of eight rows by sixteen columns and the first <paramref name="count"/> rows of U, which
    /// lie in the same matrix: the update of a blocked Cholesky factorisation.
    /// </summary>
    public static void SubtractTile(PackedLayout layout, ref float a, int row, int column, int count)
    {
        ref var target = ref a;
        var t0 = Load(ref target, layout.RowStart(row) + column);
        var t1 = Load(ref target, layout.RowStart(row + 1) + column);
        var t2 = Load(ref target, layout.RowStart(row + 2) + column);
        var t3 = Load(ref target, layout.RowStart(row + 3) + column);
        var t4 = Load(ref target, layout.RowStart(row + 4) + column);
        var t5 = Load(ref target, layout.RowStart(row + 5) + column);
        var t6 = Load(ref target, layout.RowStart(row + 6) + column);
        var t7 = Load(ref target, layout.RowStart(row + 7) + column);
        for (var k = 0; k < count; k++)
        {
            ref var source = ref Unsafe.Add(ref a, layout.RowStart(k));
            var v = -Load(ref source, column);
            ref var s = ref Unsafe.Add(ref source, row);
            t0 = Vector512.FusedMultiplyAdd(Vector512.Create(s), v, t0);
            t1 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref s, 1)), v, t1);
            t2 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref s, 2)), v, t2);
            t3 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref s, 3)), v, t3);
            t4 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref s, 4)), v, t4);
            t5 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref s, 5)), v, t5);
            t6 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref s, 6)), v, t6);
            t7 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref s, 7)), v, t7);
        }

        Store(t0, ref target, layout.RowStart(row) + column);
        Store(t1, ref target, layout.RowStart(row + 1) + column);
        Store(t2, ref target, layout.RowStart(row + 2) + column);
        Store(t3, ref target, layout.RowStart(row + 3) + column);
        Store(t4, ref target, layout.RowStart(row + 4) + column);
        Store(t5, ref target, layout.RowStart(row + 5) + column);
        Store(t6, ref target, layout.RowStart(row + 6) + column);
        Store(t7, ref target, layout.RowStart(row + 7) + column);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref float origin, int index) => Vector512.LoadUnsafe(ref origin, (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, ref float origin, int index) => value.StoreUnsafe(ref origin, (nuint)index);

    private static void AddPanelTile(PackedLayout layout, ref float a, int row, int column, ref float scaled, ref float plain, int count)
    {
        var t0 = Vector512<float>.Zero;
        var t1 = t0;
        var t2 = t0;
        var t3 = t0;
        var t4 = t0;
        var t5 = t0;
        var t6 = t0;
        var t7 = t0;
        var stride = layout.Padded;
        ref var s = ref Unsafe.Add(ref scaled, row);
        ref var p = ref Unsafe.Add(ref plain, column);
        for (var k = 0; k < count; k++)
        {
            var v = Vector512.LoadUnsafe(ref p);
            t0 = Vector512.FusedMultiplyAdd(Vector512.Create(s), v, t0);
            t1 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref s, 1)), v, t1);
            t2 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref s, 2)), v, t2);
            t3 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref s, 3)), v, t3);
            t4 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref s, 4)), v, t4);
            t5 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref s, 5)), v, t5);
            t6 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref s, 6)), v, t6);
            t7 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref s, 7)), v, t7);
            s = ref Unsafe.Add(ref s, stride);
            p = ref Unsafe.Add(ref p, stride);
        }

        Accumulate(ref a, layout.RowStart(row) + column, t0);
        Accumulate(ref a, layout.RowStart(row + 1) + column, t1);
        Accumulate(ref a, layout.RowStart(row + 2) + column, t2);
        Accumulate(ref a, layout.RowStart(row + 3) + column, t3);
        Accumulate(ref a, layout.RowStart(row + 4) + column, t4);
        Accumulate(ref a, layout.RowStart(row + 5) + column, t5);
        Accumulate(ref a, layout.RowStart(row + 6) + column, t6);
        Accumulate(ref a, layout.RowStart(row + 7) + column, t7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(ref float a, int index, Vector512<float> value) => Store(Load(ref a, index) + value, ref a, index);

    private static void CheckLengths(PackedLayout layout, int matrixLength, int vectorLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(matrixLength, layout.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(vectorLength, layout.Padded);
    }
}
