using System.Numerics.Tensors;

namespace RecActors.LinearAlgebra;

/// <summary>The closed form of EASE (Steck 2019, "Embarrassingly shallow autoencoders for sparse data", equation 8).</summary>
internal static class EaseWeights
{
    /// <summary>B = I − P diag(P)⁻¹ with P = (XᵀX + λI)⁻¹, row-major: B_ij = −P_ij / P_jj is what item i gives to item j, 0 on the diagonal.</summary>
    /// <param name="gram">XᵀX, n × n; λ is added to its diagonal.</param>
    /// <param name="size">n, at most 46,340.</param>
    /// <param name="lambda">λ, the weight of the squared weights.</param>
    /// <param name="threads">Threads of libtorch.</param>
    /// <exception cref="ArithmeticException">λ is too small for the data.</exception>
    public static float[] Of(float[] gram, int size, float lambda, int threads)
    {
        for (var item = 0; item < size; item++)
        {
            gram[(item * size) + item] += lambda;
        }

        var weights = PositiveDefiniteInverse.Of(gram, size, threads);
        var diagonal = new float[size];
        for (var item = 0; item < size; item++)
        {
            diagonal[item] = -weights[(item * size) + item];
        }

        for (var item = 0; item < size; item++)
        {
            var row = weights.AsSpan(item * size, size);
            TensorPrimitives.Divide(row, diagonal, row);
            row[item] = 0;
        }

        return weights;
    }

    /// <summary>Counts a user's columns in a Gram matrix of n × n, row-major.</summary>
    public static void Count(float[] gram, int size, IReadOnlyList<int> columns)
    {
        foreach (var left in columns)
        {
            var row = gram.AsSpan(left * size, size);
            foreach (var right in columns)
            {
                row[right]++;
            }
        }
    }
}
