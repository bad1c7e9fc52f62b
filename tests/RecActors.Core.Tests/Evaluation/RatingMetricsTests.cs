using CsCheck;

namespace RecActors.Evaluation;

public sealed class RatingMetricsTests
{
    [Fact]
    public void Errors_OneTwoAndMinusTwo_MatchHandComputation()
    {
        float[] predicted = [4, 5, 1];
        float[] actual = [3, 3, 3];

        Assert.Equal(3, RatingMetrics.Mse(predicted, actual), 12);
        Assert.Equal(Math.Sqrt(3), RatingMetrics.Rmse(predicted, actual), 12);
        Assert.Equal(5 / 3d, RatingMetrics.Mae(predicted, actual), 12);
    }

    [Fact]
    public void CrossEntropy_HalfAndThreeQuarters_MatchesHandComputation() =>
        // −(ln .5 + ln .75) / 2
        Assert.Equal((Math.Log(2) + Math.Log(4 / 3d)) / 2, RatingMetrics.CrossEntropy([.5f, .25f], [true, false]), 9);

    [Fact]
    public void CrossEntropy_CertainAndWrong_IsFinite() =>
        Assert.Equal(-Math.Log(1e-7), RatingMetrics.CrossEntropy([0], [true]), 6);

    [Theory]
    // positives .9 and .4 against negatives .8 and .1: three of four pairs in order
    [InlineData(new[] { .9f, .8f, .4f, .1f }, new[] { true, false, true, false }, .75)]
    // a tie is half a pair
    [InlineData(new[] { .5f, .5f }, new[] { true, false }, .5)]
    [InlineData(new[] { .1f, .9f }, new[] { true, false }, 0)]
    public void Auc_CountsOrderedPairs_TiesAsHalf(float[] scores, bool[] labels, double expected) =>
        Assert.Equal(expected, RatingMetrics.Auc(scores, labels), 12);

    [Fact]
    public void Auc_OneClassOnly_IsNaN() => Assert.True(double.IsNaN(RatingMetrics.Auc([1, 2], [true, true])));

    [Fact]
    public void Auc_NaNScore_Throws() => Assert.Throws<ArgumentException>(() => RatingMetrics.Auc([float.NaN, 1], [true, false]));

    [Fact]
    public void Auc_AnyScores_EqualsThePairwiseDefinition() =>
        Gen.Select(Gen.Int[0, 5], Gen.Bool).Array[2, 30].Sample(pairs =>
        {
            var scores = pairs.Select(pair => (float)pair.Item1).ToArray();
            var labels = pairs.Select(pair => pair.Item2).ToArray();
            var wins = from p in pairs
                       where p.Item2
                       from n in pairs
                       where !n.Item2
                       select p.Item1 > n.Item1 ? 1 : p.Item1 == n.Item1 ? .5 : 0;
            var expected = wins.DefaultIfEmpty(double.NaN).Average();

            Assert.Equal(expected, RatingMetrics.Auc(scores, labels), 9);
        });

    [Fact]
    public void AtThreshold_TwoTrueOneFalseOneMissed_MatchesHandComputation()
    {
        var metrics = RatingMetrics.AtThreshold([4.5f, 4f, 4.2f, 3.9f, 1f], [true, true, false, true, false], 4);

        Assert.Equal(new ThresholdMetrics(2, 1, 1), metrics);
        Assert.Equal(2 / 3d, metrics.Precision, 12);
        Assert.Equal(2 / 3d, metrics.Recall, 12);
        Assert.Equal(2 / 3d, metrics.F1, 12);
    }

    [Fact]
    public void AtThreshold_NothingClaimed_IsZeroNotNaN()
    {
        var metrics = RatingMetrics.AtThreshold([1], [true], 4);
        Assert.Equal((0, 0, 0), (metrics.Precision, metrics.Recall, metrics.F1));
    }

    [Fact]
    public void Errors_DifferentLengths_Throw() => Assert.Throws<ArgumentException>(() => RatingMetrics.Rmse([1], [1, 2]));
}
