using MathNet.Numerics.LinearAlgebra;
using RecActors.Feedback;

namespace RecActors.Interest;

/// <summary>The fold-in as its definition says it, in double precision.</summary>
internal static class BatchFoldIn
{
    public static double[] Solve(FoldInParameters parameters, float[] gram, IReadOnlyList<HistoryItem> newestFirst, IItemVectors vectors, float decay)
    {
        var d = parameters.Dimensions;
        var matrix = Matrix<double>.Build.Dense(d, d, (i, j) => (double)parameters.Alpha0 * gram[(i * d) + j]);
        var right = Vector<double>.Build.Dense(d);
        var weight = 0d;
        for (var age = 0; age < Math.Min(newestFirst.Count, parameters.Window); age++)
        {
            var item = newestFirst[age];
            var scale = Math.Pow(decay, age) * item.Weight;
            var vector = Vector<double>.Build.Dense([.. vectors.Row(item.Row).ToArray().Select(x => (double)x)]);
            matrix += vector.OuterProduct(vector) * scale;
            weight += scale;
            if (item.Polarity == Polarity.Positive)
            {
                right += vector * scale;
            }
        }

        var ridge = parameters.Regularization * Math.Pow(weight + ((double)parameters.Alpha0 * parameters.ItemCount), parameters.Nu);
        matrix += Matrix<double>.Build.DenseIdentity(d) * ridge;
        return [.. matrix.Solve(right)];
    }
}
