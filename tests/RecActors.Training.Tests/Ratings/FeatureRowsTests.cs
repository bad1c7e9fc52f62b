namespace RecActors.Ratings;

public sealed class FeatureRowsTests
{
    private static readonly RatingCrossValidationOptions Options = new() { InnerFolds = 5, Sweeps = 3 };
    private static readonly RatingSettings Settings = new(2, 4);

    [Theory]
    [InlineData(0)]
    [InlineData(77)]
    [InlineData(300)]
    public void OutOfFold_RatingChanges_ItsOwnFeaturesStayAndThoseOfOthersMove(int changed)
    {
        var data = SyntheticRatings.Tastes();
        var other = Replace(data, changed, value: data.Values[changed] > 3 ? .5f : 5);

        var (before, after) = (OutOfFold(data), OutOfFold(other));

        var width = before.Values.Length / data.Count;
        var differing = Enumerable.Range(0, data.Count)
            .Where(row => !before.Values.AsSpan(row * width, width).SequenceEqual(after.Values.AsSpan(row * width, width)))
            .ToList();
        Assert.DoesNotContain(changed, differing);
        Assert.True(differing.Count > data.Count / 2);
        Assert.Equal(before.Scores.BiasAndFactors[changed], after.Scores.BiasAndFactors[changed]);
    }

    [Fact]
    public void OutOfFold_Features_AreThoseOfAModelOfTheOtherFolds()
    {
        var data = SyntheticRatings.Tastes();
        var contents = ItemContents.Of(data.Records);
        var features = new RatingFeatures(contents, Options.Dimensions);
        var rows = Enumerable.Range(0, data.Count).ToArray();
        var (inside, outside) = Folds.Split(rows, Folds.Assign(data.Count, Options.InnerFolds, Options.Seed), 2);

        var expected = FeatureRows.Of(
            data, features, RatingModel.Fit(data, contents, outside, Settings, Options, TestContext.Current.CancellationToken), inside);

        Assert.Equal(expected.Values, OutOfFold(data).Where(inside.ToHashSet().Contains).Values);
    }

    [Fact]
    public void Write_KnownModel_EqualsTheDefinitions()
    {
        var data = SyntheticRatings.Tastes();
        var contents = ItemContents.Of(data.Records);
        var features = new RatingFeatures(contents, Options.Dimensions);
        var model = RatingModel.Fit(
            data, contents, [.. Enumerable.Range(0, data.Count)], Settings, Options, TestContext.Current.CancellationToken);
        var written = new float[features.Count];

        features.Write(model, 3, 5, written);

        var (u, v) = (model.User(3).ToArray(), model.Item(5).ToArray());
        var dot = u.Zip(v, (a, b) => a * b).Sum();
        Assert.Equal(features.Count, features.Names.Count);
        Assert.Equal(model.Biases.Predict(3, 5), Value("bias prediction"));
        Assert.Equal(dot, Value("u·v"), 1e-5f);
        Assert.Equal(dot / MathF.Sqrt(u.Sum(a => a * a) * v.Sum(b => b * b)), Value("cosine(u, v)"), 1e-5f);
        Assert.Equal(MathF.Sqrt(u.Zip(v, (a, b) => (a - b) * (a - b)).Sum()), Value("|u − v|"), 1e-5f);
        Assert.Equal(u[2] * v[2], Value("u⊙v 3"), 1e-6f);
        Assert.Equal(MathF.Log(1 + data.Users.Count(user => user == 3)), Value("log ratings of user"), 1e-6f);
        Assert.Equal(1, Value("number of genres"));
        Assert.Equal(1, Enumerable.Range(1, 4).Sum(genre => Value($"genre {genre}")));

        float Value(string name) => written[features.Names.Index().Single(feature => feature.Item == name).Index];
    }

    private static FeatureRows OutOfFold(RatingData data)
    {
        var contents = ItemContents.Of(data.Records);
        return FeatureRows.OutOfFold(
            data, contents, new(contents, Options.Dimensions), [.. Enumerable.Range(0, data.Count)], Settings, Options, null, TestContext.Current.CancellationToken);
    }

    private static RatingData Replace(RatingData data, int row, float value) => RatingData.Of(
        Enumerable.Range(0, data.Count).Select(i => new Rating($"{data.Users[i]}", $"{data.Items[i]}", i == row ? value : data.Values[i])),
        data.Records.Index().Select(record => record.Item! with { ItemId = $"{record.Index}" }));
}
