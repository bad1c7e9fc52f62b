using System.Numerics.Tensors;

namespace RecActors.Interest;

/// <summary>Constants of <see cref="ExplicitAls"/>.</summary>
/// <param name="Dimensions">d, length of a factor.</param>
/// <param name="Regularization">λ, added to the diagonal of every solve; above 0.</param>
/// <param name="Sweeps">Alternating solves of both sides.</param>
/// <param name="Seed">Seed of the initial factors. The result depends on it, never on the number of threads.</param>
/// <param name="MaxThreads">How many threads may solve at once.</param>
public sealed record ExplicitAlsOptions(int Dimensions, float Regularization, int Sweeps, int Seed, int MaxThreads);

/// <summary>
/// Alternating least squares on observed values only (Bell and Koren, "Scalable Collaborative Filtering with Jointly Derived Neighborhood
/// Interpolation Weights", ICDM 2007, section 4; Koren, Bell and Volinsky 2009): minimises
/// <c>Σ_S (r − x·v)² + λ (Σ_u |x_u|² + Σ_i |v_i|²)</c>. Meant for what a bias model leaves unexplained. Each row is one Cholesky solve.
/// </summary>
public static class ExplicitAls
{
    private const int ChunkRows = 32;

    // Of the initial factors, times √d: small, so that the first solves decide the directions.
    private const double InitialScale = .1;

    /// <summary>Factors of the values (users × items); rows without values get zero vectors.</summary>
    /// <param name="values">The observed values as the matrix' weights; here 0 is a value like any other.</param>
    /// <param name="options">Constants.</param>
    /// <param name="cancellationToken">Noticed within a sweep.</param>
    /// <exception cref="ArithmeticException">The regularisation is too small for the data.</exception>
    public static MatrixFactors Fit(InteractionMatrix values, ExplicitAlsOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(options);
        var layout = new PackedLayout(options.Dimensions);
        var transposed = values.Transpose();
        var items = GaussianNoise.Generate(values.ColumnCount * options.Dimensions, InitialScale / Math.Sqrt(options.Dimensions), options.Seed);
        var users = new float[values.RowCount * options.Dimensions];
        for (var sweep = 0; sweep < options.Sweeps; sweep++)
        {
            SolveSide(layout, values, users, items, options, cancellationToken);
            SolveSide(layout, transposed, items, users, options, cancellationToken);
        }

        SolveSide(layout, values, users, items, options, cancellationToken);
        return new MatrixFactors(options.Dimensions, users, items);
    }

    private static void SolveSide(
        PackedLayout layout, InteractionMatrix side, float[] solved, float[] fixedSide, ExplicitAlsOptions options, CancellationToken cancellationToken) =>
        RowThreads.Run(side.RowCount, ChunkRows, options.MaxThreads, (from, to) =>
        {
            var workspace = FoldInWorkspace.Of(layout);
            for (var row = from; row < to; row++)
            {
                SolveRow(layout, side, row, solved.AsSpan(row * layout.Dimensions, layout.Dimensions), fixedSide, options.Regularization, workspace);
            }
        }, cancellationToken);

    private static void SolveRow(
        PackedLayout layout, InteractionMatrix side, int row, Span<float> solved, float[] fixedSide, float regularization, FoldInWorkspace workspace)
    {
        workspace.Matrix.AsSpan().Clear();
        workspace.Solution.AsSpan().Clear();
        var end = side.Offsets[row + 1];
        for (var first = side.Offsets[row]; first < end; first += FoldInWorkspace.PanelCount)
        {
            var count = Math.Min(FoldInWorkspace.PanelCount, end - first);
            for (var i = 0; i < count; i++)
            {
                var plain = workspace.Plain.AsSpan(i * layout.Padded, layout.Padded);
                FoldInWorkspace.CopyPadded(fixedSide.AsSpan(side.Columns[first + i] * layout.Dimensions, layout.Dimensions), plain);
                TensorPrimitives.MultiplyAdd(plain, side.Weights[first + i], workspace.Solution, workspace.Solution);
            }

            PackedKernels.AddPanel(layout, workspace.Matrix, workspace.Plain, workspace.Plain, count);
        }

        if (!PackedCholesky.TryFactor(layout, workspace.Matrix, regularization, workspace.InverseDiagonal))
        {
            throw new ArithmeticException("A row's matrix is not positive definite: the regularisation is too small for the data.");
        }

        PackedCholesky.Solve(layout, workspace.Matrix, workspace.InverseDiagonal, workspace.Solution);
        workspace.Solution.AsSpan(0, layout.Dimensions).CopyTo(solved);
    }
}
