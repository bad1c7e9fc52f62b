using MathNet.Numerics.LinearAlgebra;

namespace RecActors.Interest;

public sealed class ContentProjectionTests
{
    private const int Dimensions = 8;
    private const int Tokens = 20;

    [Fact]
    public void Project_HiddenItems_PointsWhereTheirFactorsDo()
    {
        var (tokens, vectors) = Items(count: 300, seed: 1);
        var (hiddenTokens, hiddenVectors) = Items(count: 50, seed: 2);
        var projection = ContentProjection.Fit(
            tokens, vectors, Dimensions, [], new ContentProjectionOptions { Ridge = 0.1 }, TestContext.Current.CancellationToken);
        var projected = new float[Dimensions];
        for (var item = 0; item < hiddenTokens.Count; item++)
        {
            Assert.True(projection.Project(hiddenTokens[item], projected));
            Assert.InRange(Cosine(projected, hiddenVectors.AsSpan(item * Dimensions, Dimensions)), 0.9, 1.0001);
        }
    }

    [Fact]
    public void Project_LearnedItems_HaveTheirMeanLength()
    {
        var (tokens, vectors) = Items(count: 300, seed: 1);
        var projection = Fit(tokens, vectors);
        var projected = new float[Dimensions];
        var lengths = tokens.Select(item =>
        {
            projection.Project(item, projected);
            return Norm(projected);
        });
        Assert.Equal(tokens.Select((_, item) => Norm(vectors.AsSpan(item * Dimensions, Dimensions))).Average(), lengths.Average(), 1e-3);
    }

    [Fact]
    public void Project_UnknownTokens_IsZero()
    {
        var (tokens, vectors) = Items(count: 100, seed: 1);
        var vector = new float[Dimensions];
        vector.AsSpan().Fill(1);
        Assert.False(Fit(tokens, vectors).Project(["colour=unheard of"], vector));
        Assert.Equal(new float[Dimensions], vector);
        Assert.False(ContentProjection.None(Dimensions).Project(["t1"], vector));
    }

    [Fact]
    public void Fit_RareAndSurplusTokens_AreLeftOut()
    {
        IReadOnlyList<string>[] tokens = [["a", "b", "once"], ["a", "b", "c"], ["a", "c"], ["a"]];
        float[] vectors = [1, 0, 0, 1, 1, 1, 2, 1];
        var projection = ContentProjection.Fit(
            tokens, vectors, 2, [], new ContentProjectionOptions { MaxVocabulary = 2 }, TestContext.Current.CancellationToken);
        Assert.Equal(["a", "b"], projection.Vocabulary);
    }

    [Fact]
    public void Read_WrittenProjection_ProjectsTheSame()
    {
        var (tokens, vectors) = Items(count: 100, seed: 1);
        var projection = Fit(tokens, vectors);
        var bytes = Bytes(projection);
        var copy = ContentProjection.Read(new BinaryReader(new MemoryStream(bytes)));
        var left = new float[Dimensions];
        var right = new float[Dimensions];
        projection.Project(["t1", "t5"], left);
        copy.Project(["t5", "t1"], right);
        Assert.All(left.Zip(right), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        Assert.Equal(bytes, Bytes(copy));
        Assert.Throws<InvalidDataException>(() => ContentProjection.Read(new BinaryReader(new MemoryStream(bytes[..^1]))));
    }

    [Fact]
    public void RidgeRegression_WeightedRows_EqualsTheNormalEquations()
    {
        var random = new Random(3);
        var rows = new SparseRows(6);
        var dense = Matrix<double>.Build.Dense(40, 6);
        var targets = new float[40 * 2];
        var trusts = Matrix<double>.Build.Dense(40, 40);
        for (var row = 0; row < 40; row++)
        {
            List<(int Column, float Value)> entries = [(row % 5, 0.5f + (float)random.NextDouble()), (5, 1)];
            entries.ForEach(entry => dense[row, entry.Column] = entry.Value);
            trusts[row, row] = (float)random.NextDouble();
            rows.Add(entries, (float)trusts[row, row]);
            targets[2 * row] = (float)random.NextDouble();
            targets[(2 * row) + 1] = (float)random.NextDouble();
        }

        var actual = RidgeRegression.Fit(rows, targets, 2, ridge: 0.7, CancellationToken.None);

        var penalty = Matrix<double>.Build.Diagonal(6, 6, i => i < 5 ? 0.7 : 1e-6);
        var y = Matrix<double>.Build.Dense(40, 2, (row, column) => targets[(2 * row) + column]);
        var expected = ((dense.Transpose() * trusts * dense) + penalty).Solve(dense.Transpose() * trusts * y);
        for (var i = 0; i < actual.Length; i++)
        {
            Assert.Equal(expected[i / 2, i % 2], actual[i], 1e-3);
        }
    }

    private static ContentProjection Fit(IReadOnlyList<IReadOnlyList<string>> tokens, float[] vectors) =>
        ContentProjection.Fit(tokens, vectors, Dimensions, [], new ContentProjectionOptions(), TestContext.Current.CancellationToken);

    /// <summary>Items whose factor is the sum of their tokens' directions, and a little noise.</summary>
    private static (List<IReadOnlyList<string>> Tokens, float[] Vectors) Items(int count, int seed)
    {
        var directions = ArrayVectors.Random(Tokens, Dimensions, seed: 99);
        var random = new Random(seed);
        var tokens = new List<IReadOnlyList<string>>();
        var vectors = new float[count * Dimensions];
        for (var item = 0; item < count; item++)
        {
            var chosen = Enumerable.Range(0, 3).Select(_ => random.Next(Tokens)).Distinct().ToArray();
            tokens.Add([.. chosen.Select(token => $"t{token}")]);
            for (var i = 0; i < Dimensions; i++)
            {
                vectors[(item * Dimensions) + i] =
                    chosen.Sum(token => directions.Row(token)[i]) + ((float)random.NextDouble() * 0.02f);
            }
        }

        return (tokens, vectors);
    }

    private static byte[] Bytes(ContentProjection projection)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        projection.Write(writer);
        return stream.ToArray();
    }

    private static double Norm(ReadOnlySpan<float> vector) => Math.Sqrt(vector.ToArray().Sum(x => (double)x * x));

    private static double Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right) =>
        left.ToArray().Zip(right.ToArray(), (x, y) => (double)x * y).Sum() / (Norm(left) * Norm(right));
}
