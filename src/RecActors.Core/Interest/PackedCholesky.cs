using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RecActors.Interest;

/// <summary>
/// Cholesky factorisation A = UᵀU of a packed symmetric positive definite matrix, blocked by eight rows so that the updates run
/// from registers (Golub and Van Loan, "Matrix Computations", 4.2), and the two triangular solves.
/// </summary>
internal static class PackedCholesky
{
    private const int BlockRows = 8;

    /// <summary>Replaces A + ridge I by its factor U, and its diagonal's reciprocals.</summary>
    /// <param name="layout">Layout of the matrix.</param>
    /// <param name="matrix">A, then U.</param>
    /// <param name="ridge">Added to the diagonal.</param>
    /// <param name="inverseDiagonal">1 / Uᵢᵢ, d of them.</param>
    /// <returns>False when the matrix is not positive definite to the precision of a float; then the matrix is spoilt.</returns>
    public static bool TryFactor(PackedLayout layout, Span<float> matrix, float ridge, Span<float> inverseDiagonal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(matrix.Length, layout.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(inverseDiagonal.Length, layout.Dimensions);
        for (var row = 0; row < layout.Dimensions; row++)
        {
            matrix[layout.RowStart(row) + row] += ridge;
        }

        ref var a = ref MemoryMarshal.GetReference(matrix);
        for (var block = 0; block < layout.Dimensions; block += BlockRows)
        {
            for (var column = PackedLayout.FirstColumn(block); block > 0 && column < layout.Padded; column += PackedLayout.Lane)
            {
                PackedKernels.SubtractTile(layout, ref a, block, column, block);
            }

            var end = Math.Min(block + BlockRows, layout.Dimensions);
            for (var row = block; row < end; row++)
            {
                var pivot = matrix[layout.RowStart(row) + row];
                if (!(pivot > 0) || float.IsInfinity(pivot))
                {
                    return false;
                }

                inverseDiagonal[row] = 1 / MathF.Sqrt(pivot);
                FinishRow(layout, ref a, row, end, inverseDiagonal[row]);
            }
        }

        return true;
    }

    /// <summary>Solves UᵀU x = b in place.</summary>
    /// <param name="layout">Layout of the matrix.</param>
    /// <param name="factor">U as <see cref="TryFactor"/> left it.</param>
    /// <param name="inverseDiagonal">1 / Uᵢᵢ.</param>
    /// <param name="vector">b, then x: padded with zeros.</param>
    public static void Solve(PackedLayout layout, ReadOnlySpan<float> factor, ReadOnlySpan<float> inverseDiagonal, Span<float> vector)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor.Length, layout.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(vector.Length, layout.Padded);
        ref var u = ref MemoryMarshal.GetReference(factor);
        ref var x = ref MemoryMarshal.GetReference(vector);
        for (var row = 0; row < layout.Dimensions; row++)
        {
            var solved = vector[row] * inverseDiagonal[row];
            var scale = Vector512.Create(-solved);
            for (var column = PackedLayout.FirstColumn(row); column < layout.Padded; column += PackedLayout.Lane)
            {
                var updated = Vector512.FusedMultiplyAdd(
                    scale, PackedKernels.Load(ref u, layout.RowStart(row) + column), PackedKernels.Load(ref x, column));
                PackedKernels.Store(updated, ref x, column);
            }

            vector[row] = solved;
        }

        for (var row = layout.Dimensions - 1; row >= 0; row--)
        {
            var right = vector[row];
            vector[row] = 0;
            var sum = Vector512<float>.Zero;
            for (var column = PackedLayout.FirstColumn(row); column < layout.Padded; column += PackedLayout.Lane)
            {
                sum = Vector512.FusedMultiplyAdd(
                    PackedKernels.Load(ref u, layout.RowStart(row) + column), PackedKernels.Load(ref x, column), sum);
            }

            vector[row] = (right - Vector512.Sum(sum)) * inverseDiagonal[row];
        }
    }

    /// <summary>Scales a row to its final value and takes it off the rows below it in its block.</summary>
    private static void FinishRow(PackedLayout layout, ref float a, int row, int blockEnd, float inversePivot)
    {
        ref var source = ref Unsafe.Add(ref a, layout.RowStart(row));
        var first = PackedLayout.FirstColumn(row);

        // What lies left of the diagonal is the mirror of finished columns; as zeros the solves can run over whole vectors.
        for (var column = first; column < row; column++)
        {
            Unsafe.Add(ref source, column) = 0;
        }

        var scale = Vector512.Create(inversePivot);
        for (var column = first; column < layout.Padded; column += PackedLayout.Lane)
        {
            PackedKernels.Store(PackedKernels.Load(ref source, column) * scale, ref source, column);
        }

        for (var below = row + 1; below < blockEnd; below++)
        {
            var factor = Vector512.Create(-Unsafe.Add(ref source, below));
            ref var target = ref Unsafe.Add(ref a, layout.RowStart(below));
            for (var column = first; column < layout.Padded; column += PackedLayout.Lane)
            {
                var updated = Vector512.FusedMultiplyAdd(
                    factor, PackedKernels.Load(ref source, column), PackedKernels.Load(ref target, column));
                PackedKernels.Store(updated, ref target, column);
            }
        }
    }
}
