using System.Numerics.Tensors;

namespace RecActors.Interest;

/// <summary>How far a fit is: sweeps done of all.</summary>
public readonly record struct ImplicitAlsProgress(int Sweep, int Sweeps);

/// <summary>
/// Implicit alternating least squares as revisited by Rendle, Krichene, Zhang and Koren, "Revisiting the Performance of iALS on Item
/// Recommendation Benchmarks" (RecSys 2022), section 3, after Hu, Koren and Volinsky (ICDM 2008), with a weight per observation.
/// Minimises
/// <c>Σ_S w (y − x·v)² + a₀ Σ_all (x·v)² + reg [Σ_u (n_u + a₀|I|)^ν |x_u|² + Σ_i (n_i + a₀|U|)^ν |v_i|²]</c>,
/// where y is 1 for a positive weight and 0 for a negative one, w its absolute value and n the sum of w. Each side is solved
/// exactly, by one Cholesky factorisation per row, with the Gram matrix of the other side computed once per sweep. The result
/// depends on the data, the options and the processor's vector width, not on the number of threads.
/// </summary>
public static class ImplicitAls
{
    /// <summary>Factors of the interactions (users × items).</summary>
    /// <exception cref="ArithmeticException">The regularisation is too small for the data.</exception>
    public static MatrixFactors Fit(
        InteractionMatrix interactions,
        ImplicitAlsOptions options,
        IProgress<ImplicitAlsProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        return Fit(interactions, interactions.Transpose(), options, progress, cancellationToken);
    }

    /// <summary>The same for a matrix that is fitted more than once, with its transpose (items × users).</summary>
    /// <inheritdoc cref="Fit(InteractionMatrix, ImplicitAlsOptions, IProgress{ImplicitAlsProgress}?, CancellationToken)" path="/exception"/>
    /// <exception cref="ArgumentException">The second matrix has not as many rows as the first has columns, columns as it has rows, and entries.</exception>
    public static MatrixFactors Fit(
        InteractionMatrix interactions,
        InteractionMatrix transposed,
        ImplicitAlsOptions options,
        IProgress<ImplicitAlsProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentNullException.ThrowIfNull(transposed);
        ArgumentNullException.ThrowIfNull(options);
        if (transposed.RowCount != interactions.ColumnCount || transposed.ColumnCount != interactions.RowCount || transposed.Columns.Length != interactions.Columns.Length)
        {
            throw new ArgumentException(
                $"Of {interactions.RowCount} × {interactions.ColumnCount} with {interactions.Columns.Length} entries, {transposed.RowCount} × {transposed.ColumnCount} "
                + $"with {transposed.Columns.Length} is not the transpose.",
                nameof(transposed));
        }

        var layout = new PackedLayout(options.Dimensions);
        var items = InitialFactors(interactions.ColumnCount, options);
        var users = new float[interactions.RowCount * options.Dimensions];
        for (var sweep = 0; sweep < options.Sweeps; sweep++)
        {
            SolveSide(layout, interactions, users, items, options, cancellationToken);
            SolveSide(layout, transposed, items, users, options, cancellationToken);
            progress?.Report(new ImplicitAlsProgress(sweep + 1, options.Sweeps));
        }

        SolveSide(layout, interactions, users, items, options, cancellationToken);
        return new MatrixFactors(options.Dimensions, users, items);
    }

    /// <summary>The minimised quantity, in double precision: what every sweep makes smaller.</summary>
    public static double Objective(InteractionMatrix interactions, MatrixFactors factors, ImplicitAlsOptions options)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentNullException.ThrowIfNull(factors);
        ArgumentNullException.ThrowIfNull(options);
        var d = factors.Dimensions;
        var loss = 0d;
        for (var user = 0; user < interactions.RowCount; user++)
        {
            for (var entry = interactions.Offsets[user]; entry < interactions.Offsets[user + 1]; entry++)
            {
                var item = interactions.Columns[entry];
                var score = TensorPrimitives.Dot<float>(factors.Users.AsSpan(user * d, d), factors.Items.AsSpan(item * d, d));
                var error = (interactions.Weights[entry] > 0 ? 1d : 0d) - score;
                loss += Math.Abs(interactions.Weights[entry]) * error * error;
            }
        }

        // Σ_all (x·v)² = trace(XᵀX VᵀV).
        var layout = new PackedLayout(d);
        var userGram = layout.Unpack(PackedGram.Compute(layout, factors.Users, maxThreads: 1));
        loss += options.Alpha0 * userGram.Zip(factors.ItemGram(), (x, v) => (double)x * v).Sum();
        return loss + Penalty(interactions, factors.Users, d, options) + Penalty(interactions.Transpose(), factors.Items, d, options);
    }

    private static double Penalty(InteractionMatrix side, float[] factors, int d, ImplicitAlsOptions options)
    {
        var penalty = 0d;
        for (var row = 0; row < side.RowCount; row++)
        {
            var weight = 0d;
            for (var entry = side.Offsets[row]; entry < side.Offsets[row + 1]; entry++)
            {
                weight += Math.Abs(side.Weights[entry]);
            }

            penalty += Ridge(weight, side.ColumnCount, options) * TensorPrimitives.SumOfSquares<float>(factors.AsSpan(row * d, d));
        }

        return penalty;
    }

    private static double Ridge(double weight, int others, ImplicitAlsOptions options) =>
        options.Regularization * Math.Pow(weight + ((double)options.Alpha0 * others), options.Nu);

    private static float[] InitialFactors(int count, ImplicitAlsOptions options) =>
        GaussianNoise.Generate(count * options.Dimensions, options.InitialScale / Math.Sqrt(options.Dimensions), options.Seed);

    private static void SolveSide(
        PackedLayout layout,
        InteractionMatrix side,
        float[] solved,
        float[] fixedSide,
        ImplicitAlsOptions options,
        CancellationToken cancellationToken)
    {
        var gram = PackedGram.Compute(layout, fixedSide, options.MaxThreads);
        TensorPrimitives.Multiply(gram, options.Alpha0, gram);
        RowThreads.Run(
            side.RowCount, chunk: 1, options.MaxThreads,
            (row, _) => SolveRow(layout, side, row, solved, fixedSide, gram, options, FoldInWorkspace.Of(layout)),
            cancellationToken);
    }

    private static void SolveRow(
        PackedLayout layout,
        InteractionMatrix side,
        int row,
        float[] solved,
        float[] fixedSide,
        float[] gram,
        ImplicitAlsOptions options,
        FoldInWorkspace workspace)
    {
        var target = solved.AsSpan(row * layout.Dimensions, layout.Dimensions);
        var entries = side.Offsets[row + 1] - side.Offsets[row];
        if (entries == 0)
        {
            target.Clear();
            return;
        }

        gram.CopyTo(workspace.Matrix, 0);
        workspace.Solution.AsSpan().Clear();
        var weight = 0d;
        for (var first = side.Offsets[row]; first < side.Offsets[row + 1]; first += FoldInWorkspace.PanelCount)
        {
            var count = Math.Min(FoldInWorkspace.PanelCount, side.Offsets[row + 1] - first);
            for (var i = 0; i < count; i++)
            {
                weight += Gather(layout, fixedSide, side.Columns[first + i], side.Weights[first + i], i, workspace);
            }

            PackedKernels.AddPanel(layout, workspace.Matrix, workspace.Scaled, workspace.Plain, count);
        }

        var ridge = (float)Ridge(weight, side.ColumnCount, options);
        if (!PackedCholesky.TryFactor(layout, workspace.Matrix, ridge, workspace.InverseDiagonal))
        {
            throw new ArithmeticException("A row's matrix is not positive definite: the regularisation is too small for the data.");
        }

        PackedCholesky.Solve(layout, workspace.Matrix, workspace.InverseDiagonal, workspace.Solution);
        workspace.Solution.AsSpan(0, layout.Dimensions).CopyTo(target);
    }

    /// <summary>Puts an observation into the panel and, if it is a 1, into the right-hand side; returns its weight.</summary>
    private static float Gather(PackedLayout layout, float[] factors, int column, float weight, int place, FoldInWorkspace workspace)
    {
        var plain = workspace.Plain.AsSpan(place * layout.Padded, layout.Padded);
        var scaled = workspace.Scaled.AsSpan(place * layout.Padded, layout.Padded);
        FoldInWorkspace.CopyPadded(factors.AsSpan(column * layout.Dimensions, layout.Dimensions), plain);
        TensorPrimitives.Multiply(plain, Math.Abs(weight), scaled);
        if (weight > 0)
        {
            TensorPrimitives.Add(workspace.Solution, scaled, workspace.Solution);
        }

        return Math.Abs(weight);
    }
}
