using Microsoft.Extensions.Logging.Abstractions;
using RecActors.LibTorch;
using static TorchSharp.torch;

namespace RecActors.LinearAlgebra;

/// <summary>Inverts dense symmetric positive definite matrices, by LAPACK's Cholesky factorisation in libtorch.</summary>
internal static class PositiveDefiniteInverse
{
    /// <summary>The inverse, row-major.</summary>
    /// <param name="matrix">n × n, row-major; only read.</param>
    /// <param name="size">n.</param>
    /// <param name="threads">Threads of libtorch.</param>
    /// <exception cref="ArithmeticException">The matrix is not positive definite.</exception>
    public static float[] Of(float[] matrix, int size, int threads)
    {
        TorchNativeLibrary.MakeLoadable(NullLogger.Instance);
        set_num_threads(threads);
        using var scope = NewDisposeScope();
        try
        {
            return cholesky_inverse(linalg.cholesky(tensor(matrix, size, size))).data<float>().ToArray();
        }
        catch (System.Runtime.InteropServices.ExternalException notDefinite)
        {
            throw new ArithmeticException("The matrix is not positive definite.", notDefinite);
        }
    }
}
