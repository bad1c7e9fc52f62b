using MathNet.Numerics.LinearAlgebra;

namespace RecActors.Interest;

public sealed class ImplicitAlsTests
{
    private static readonly ImplicitAlsOptions Options = new() { Dimensions = 6, Sweeps = 4, Nu = 0.9f, Seed = 5 };

    [Fact]
    public void Fit_EachSweep_LowersTheObjective()
    {
        var data = RandomInteractions(60, 40, 500);
        var objectives = Enumerable.Range(1, 8)
            .Select(sweeps => Options with { Sweeps = sweeps })
            .Select(options => ImplicitAls.Objective(data, Fit(data, options), options))
            .ToArray();
        Assert.All(objectives.Zip(objectives.Skip(1)), pair => Assert.True(pair.Second < pair.First, $"{pair.Second} ≥ {pair.First}"));
    }

    [Fact]
    public void Fit_WeightsAndExplicitZeros_IsAFixedPointOfANaiveSolve()
    {
        // The users are solved last: each must be the exact minimum for the items it is given.
        var data = RandomInteractions(30, 20, 150);
        var factors = Fit(data, Options);
        for (var user = 0; user < data.RowCount; user++)
        {
            var expected = NaiveRow(data, user, factors.Items);
            for (var i = 0; i < Options.Dimensions; i++)
            {
                Assert.Equal(expected[i], factors.Users[(user * Options.Dimensions) + i], 1e-4);
            }
        }
    }

    [Fact]
    public void Fit_OneSweep_EqualsNaiveReferenceFromTheSameStart()
    {
        var data = RandomInteractions(30, 20, 150);
        var start = Fit(data, Options with { Sweeps = 1 });
        var next = Fit(data, Options with { Sweeps = 2 });
        var transposed = data.Transpose();
        var items = Enumerable.Range(0, transposed.RowCount).SelectMany(item => NaiveRow(transposed, item, start.Users)).ToArray();
        Assert.All(items.Zip(next.Items), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Fit_MoreThreads_GivesTheSameBits(int threads)
    {
        var data = RandomInteractions(300, 200, 3000);
        var one = Fit(data, Options);
        var many = Fit(data, Options with { MaxThreads = threads });
        Assert.Equal(one.Items, many.Items);
        Assert.Equal(one.Users, many.Users);
    }

    [Fact]
    public void Fit_AnotherSeed_GivesOtherFactors()
    {
        var data = RandomInteractions(30, 20, 150);
        Assert.NotEqual(Fit(data, Options).Items, Fit(data, Options with { Seed = 6 }).Items);
    }

    [Fact]
    public void Fit_Cancelled_Stops() =>
        Assert.Throws<OperationCanceledException>(
            () => ImplicitAls.Fit(RandomInteractions(30, 20, 150), Options, cancellationToken: new CancellationToken(canceled: true)));

    [Fact]
    public void Fit_MatrixThatIsNotTheTranspose_Refused()
    {
        var data = RandomInteractions(30, 20, 150);
        InteractionMatrix[] others = [data, RandomInteractions(20, 31, 150), RandomInteractions(21, 30, 150), RandomInteractions(30, 20, 10).Transpose()];
        Assert.All(others, other => Assert.Throws<ArgumentException>(
            () => ImplicitAls.Fit(data, other, Options, cancellationToken: TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void ItemGram_Factors_IsTheirGramMatrix()
    {
        var vectors = ArrayVectors.Random(9000, 6, seed: 2);
        var gram = new MatrixFactors(6, [], vectors.Values).ItemGram();
        Assert.All(vectors.Gram().Zip(gram), pair => Assert.Equal(pair.First, pair.Second, 0.05f));
    }

    [Fact]
    public void FromEntries_CellTwice_LastWins()
    {
        var matrix = InteractionMatrix.FromEntries(2, 3, [1, 0, 1, 1], [2, 1, 0, 2], [1, 2, 3, -4]);
        Assert.Equal([0, 1, 3], matrix.Offsets);
        Assert.Equal([1, 0, 2], matrix.Columns);
        Assert.Equal([2, 3, -4], matrix.Weights);
    }

    private static MatrixFactors Fit(InteractionMatrix data, ImplicitAlsOptions options) =>
        ImplicitAls.Fit(data, options, cancellationToken: TestContext.Current.CancellationToken);

    private static InteractionMatrix RandomInteractions(int users, int items, int count)
    {
        var random = new Random(11);
        int[] rows = [.. Enumerable.Range(0, count).Select(_ => random.Next(users))];
        int[] columns = [.. Enumerable.Range(0, count).Select(_ => (int)(items * Math.Pow(random.NextDouble(), 2)))];
        float[] weights = [.. Enumerable.Range(0, count).Select(_ => (float)(random.Next(5) == 0 ? -0.5 : 0.2 + random.NextDouble()))];
        return InteractionMatrix.FromEntries(users, items, rows, columns, weights);
    }

    private static double[] NaiveRow(InteractionMatrix side, int row, float[] others)
    {
        var d = Options.Dimensions;
        Vector<double> Factor(int i) => Vector<double>.Build.Dense(d, k => others[(i * d) + k]);
        var matrix = Matrix<double>.Build.Dense(d, d);
        for (var other = 0; other < side.ColumnCount; other++)
        {
            matrix += Factor(other).OuterProduct(Factor(other)) * Options.Alpha0;
        }

        var right = Vector<double>.Build.Dense(d);
        var weight = 0d;
        for (var entry = side.Offsets[row]; entry < side.Offsets[row + 1]; entry++)
        {
            var factor = Factor(side.Columns[entry]);
            var w = Math.Abs(side.Weights[entry]);
            matrix += factor.OuterProduct(factor) * w;
            weight += w;
            if (side.Weights[entry] > 0)
            {
                right += factor * w;
            }
        }

        if (weight == 0)
        {
            return new double[d];
        }

        matrix += Matrix<double>.Build.DenseIdentity(d)
            * (Options.Regularization * Math.Pow(weight + ((double)Options.Alpha0 * side.ColumnCount), Options.Nu));
        return [.. matrix.Solve(right)];
    }
}
