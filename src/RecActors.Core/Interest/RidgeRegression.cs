namespace RecActors.Interest;

/// <summary>
/// Weighted ridge regression on sparse rows, one regression per target column at once: the normal equations
/// (XᵀCX + λI) B = XᵀCY by conjugate gradients (Hestenes and Stiefel 1952), which never form XᵀCX and so scale with the entries and not
/// with the square of the vocabulary. The last column of X, the constant, is not penalised.
/// </summary>
internal static class RidgeRegression
{
    private const int MaxSteps = 100;

    /// <summary>Squared residual at which a regression is done, relative to its right-hand side.</summary>
    private const double Tolerance = 1e-8;

    /// <summary>Keeps the equations definite where nothing else penalises.</summary>
    private const double LeastPenalty = 1e-6;

    public static float[] Fit(SparseRows rows, ReadOnlySpan<float> targets, int dimensions, double ridge, CancellationToken cancellationToken)
    {
        var solution = new float[rows.ColumnCount * dimensions];
        var residual = new float[solution.Length];
        for (var row = 0; row < rows.Count; row++)
        {
            rows.AddOuter(row, rows.TrustOf(row), targets.Slice(row * dimensions, dimensions), residual);
        }

        var direction = (float[])residual.Clone();
        var product = new float[solution.Length];
        var squares = ColumnDots(residual, residual, dimensions);
        var goals = Array.ConvertAll(squares, square => square * Tolerance);
        for (var step = 0; step < MaxSteps && squares.Zip(goals).Any(pair => pair.First > pair.Second); step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Apply(rows, direction, product, dimensions, ridge);
            var curvatures = ColumnDots(direction, product, dimensions);
            var lengths = new double[dimensions];
            for (var column = 0; column < dimensions; column++)
            {
                lengths[column] = squares[column] > goals[column] ? squares[column] / curvatures[column] : 0;
            }

            for (var i = 0; i < solution.Length; i++)
            {
                var length = (float)lengths[i % dimensions];
                solution[i] += length * direction[i];
                residual[i] -= length * product[i];
            }

            var next = ColumnDots(residual, residual, dimensions);
            for (var i = 0; i < direction.Length; i++)
            {
                var column = i % dimensions;
                direction[i] = residual[i] + (squares[column] > 0 ? (float)(next[column] / squares[column]) * direction[i] : 0);
            }

            squares = next;
        }

        return solution;
    }

    /// <summary>product ← (XᵀCX + λI) matrix.</summary>
    private static void Apply(SparseRows rows, float[] matrix, float[] product, int dimensions, double ridge)
    {
        var constants = matrix.Length - dimensions;
        for (var i = 0; i < matrix.Length; i++)
        {
            product[i] = (float)(i < constants ? Math.Max(ridge, LeastPenalty) : LeastPenalty) * matrix[i];
        }

        var image = new float[dimensions];
        for (var row = 0; row < rows.Count; row++)
        {
            rows.Multiply(row, matrix, image);
            rows.AddOuter(row, rows.TrustOf(row), image, product);
        }
    }

    private static double[] ColumnDots(float[] left, float[] right, int dimensions)
    {
        var dots = new double[dimensions];
        for (var i = 0; i < left.Length; i++)
        {
            dots[i % dimensions] += (double)left[i] * right[i];
        }

        return dots;
    }
}
