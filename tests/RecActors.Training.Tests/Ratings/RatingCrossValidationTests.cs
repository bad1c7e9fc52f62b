using System.Collections.Concurrent;

namespace RecActors.Ratings;

public sealed class RatingCrossValidationTests
{
    private static readonly RatingCrossValidationOptions Short = new() { Folds = 3, InnerFolds = 4, Sweeps = 5, Epochs = 6, BatchSize = 32 };

    [Fact]
    public void Run_TastesToLearn_BeatsTheBiasModel()
    {
        var report = Run(SyntheticRatings.Tastes(users: 120), Short with { Epochs = 12 });

        Assert.Equal(["global mean", "damped bias", "bias + ALS", "linear, MSE", "MLP, MSE", "MLP, cross-entropy"], report.Models.Select(model => model.Model));
        Assert.InRange(Mean(report, "MLP, MSE", "RMSE"), 0, .9 * Mean(report, "damped bias", "RMSE"));
        Assert.InRange(Mean(report, "MLP, cross-entropy", "AUC"), Mean(report, "damped bias", "AUC") + .01, 1);
        Assert.True(double.IsNaN(Mean(report, "MLP, cross-entropy", "RMSE")));
        Assert.Equal(Short.Folds, report.Choices.Count);
    }

    [Fact]
    public void Run_ShuffledRatings_ScoresAtChance()
    {
        var report = Run(SyntheticRatings.Tastes(users: 120, items: 100, shuffled: true), Short);

        Assert.InRange(Mean(report, "MLP, cross-entropy", "AUC"), .46, .54);
        Assert.InRange(Mean(report, "MLP, MSE", "AUC"), .46, .54);
        Assert.InRange(Mean(report, "MLP, MSE", "RMSE"), .99 * Mean(report, "global mean", "RMSE"), 2);
    }

    [Fact]
    public void Run_SameSeed_GivesTheSameFiguresToTheLastDigit()
    {
        var data = SyntheticRatings.Tastes(users: 30);

        Assert.Equal(Figures(Run(data, Short)), Figures(Run(data, Short)));
        Assert.NotEqual(Figures(Run(data, Short)), Figures(Run(data, Short with { Seed = 2 })));
    }

    [Fact]
    public void Run_NoAttributes_PredictsWithoutThem()
    {
        var report = Run(SyntheticRatings.Tastes(attributes: false), Short);

        Assert.InRange(Mean(report, "MLP, MSE", "RMSE"), 0, Mean(report, "global mean", "RMSE"));
    }

    [Fact]
    public void Run_Clicks_TellsChosenItemsFromOthers()
    {
        // Users of even number choose from the first half of the items, the others from the second.
        var random = new Random(1);
        var clicks = Enumerable.Range(0, 1_500).Select(_ => random.Next(60)).Select(user => new Rating($"u{user}", $"i{random.Next(40) + (40 * (user % 2))}", 1));

        var report = Run(RatingData.Of(clicks, []).WithSampledNegatives(1), Short with { PositiveFrom = 1 });

        Assert.Equal(report.Ratings, 2 * report.Positives);
        Assert.InRange(Mean(report, "MLP, cross-entropy", "AUC"), .65, 1);
        Assert.InRange(Mean(report, "MLP, cross-entropy", "cross-entropy"), 0, Math.Log(2));
    }

    [Fact]
    public void Run_OneUser_GivesFigures() =>
        AssertFinite(Run(RatingData.Of(Enumerable.Range(0, 30).Select(item => new Rating("u", $"i{item}", (item % 5) + 1)), []), Short));

    [Fact]
    public void Run_OneItem_GivesFigures() =>
        AssertFinite(Run(RatingData.Of(Enumerable.Range(0, 30).Select(user => new Rating($"u{user}", "i", (user % 5) + 1)), []), Short));

    [Fact]
    public void Run_EqualRatings_IsRightAndHasNoAuc()
    {
        var report = Run(RatingData.Of(Enumerable.Range(0, 60).Select(row => new Rating($"u{row % 6}", $"i{row / 6}", 4)), []), Short);

        Assert.Equal(0, Mean(report, "damped bias", "RMSE"));
        Assert.InRange(Mean(report, "MLP, MSE", "RMSE"), 0, .2);
        Assert.True(double.IsNaN(Mean(report, "MLP, cross-entropy", "AUC")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_FewerThanTwoRatingsAFold_Throws(int ratings)
    {
        var data = RatingData.Of(Enumerable.Range(0, ratings).Select(row => new Rating("u", $"i{row}", 3)), []);

        Assert.Contains("too few for 3 folds", Assert.Throws<InvalidDataException>(() => Run(data, Short)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_FewestRatings_GivesFigures() =>
        Assert.Equal(3, Run(RatingData.Of(Enumerable.Range(0, 6).Select(row => new Rating($"u{row % 2}", $"i{row}", row)), []), Short).Models[0].Folds.Count);

    [Fact]
    public void Run_OptionOutOfRange_Throws() =>
        Assert.Contains("Folds", Assert.Throws<ArgumentException>(() => Run(SyntheticRatings.Tastes(), Short with { Folds = 1 })).Message, StringComparison.Ordinal);

    [Fact]
    public void Run_Cancelled_Throws() => Assert.Throws<OperationCanceledException>(
        () => RatingCrossValidation.Run(SyntheticRatings.Tastes(), Short, null, new CancellationToken(canceled: true)));

    [Fact]
    public void Run_Progress_NeverGoesBackAndEndsAtOne()
    {
        var seen = new Recorded();

        RatingCrossValidation.Run(SyntheticRatings.Tastes(users: 20), Short, seen, TestContext.Current.CancellationToken);

        var fractions = seen.Reports.Select(report => report.Fraction).ToList();
        Assert.Equal(fractions.Order(), fractions);
        Assert.Equal(1, fractions[^1]);
    }

    [Fact]
    public void Summary_Folds_AreMeanAndSampleDeviation()
    {
        var figures = new RatingModelFigures("m", [Of(1), Of(3)]);

        Assert.Equal(new RatingSummary(2, Math.Sqrt(2)), figures.Summary[0]);

        static RatingFigures Of(double rmse) => new(rmse, 0, 0, 0, 0, 0, 0, 0);
    }

    private static RatingReport Run(RatingData data, RatingCrossValidationOptions options) =>
        RatingCrossValidation.Run(data, options, null, TestContext.Current.CancellationToken);

    private static double Mean(RatingReport report, string model, string figure) =>
        report.Models.Single(candidate => candidate.Model == model).Summary[RatingFigures.Names.Index().Single(name => name.Item == figure).Index].Mean;

    private static IEnumerable<double> Figures(RatingReport report) =>
        report.Models.SelectMany(model => model.Folds).SelectMany(fold => fold.Values);

    private static void AssertFinite(RatingReport report) =>
        Assert.All(report.Models, model => Assert.True(double.IsFinite(model.Summary[^1].Mean)));

    private sealed class Recorded : IProgress<RatingProgress>
    {
        public ConcurrentQueue<RatingProgress> Reports { get; } = [];

        public void Report(RatingProgress value) => Reports.Enqueue(value);
    }
}
