using CsCheck;

namespace RecActors.Feedback;

public sealed class FeedbackPolicyTests
{
    [Theory]
    [InlineData("purchase", Polarity.Positive, 1f)]
    [InlineData("Click", Polarity.Positive, 0.8f)]
    [InlineData("dislike", Polarity.Negative, 1f)]
    [InlineData("skip", Polarity.Negative, 0.5f)]
    [InlineData("impression", Polarity.SeenOnly, 1f)]
    [InlineData("a-type-of-the-site", Polarity.Positive, 1f)]
    public void SignalOf_UsualType_HasItsMeaning(string type, Polarity polarity, float weight) =>
        Assert.Equal(new ActionSignal(polarity, weight), FeedbackPolicy.Default.SignalOf(type, 0));

    [Theory]
    [InlineData(0.5, 0.5f)]
    [InlineData(2.75, 0.75f)]
    [InlineData(5, 1f)]
    [InlineData(-3, 0.5f)]
    [InlineData(100, 1f)]
    [InlineData(double.NaN, 0.5f)]
    public void SignalOf_Rating_IsGradedBetweenFloorAndOne(double grade, float weight) =>
        Assert.Equal(new ActionSignal(Polarity.Positive, weight), FeedbackPolicy.Default.SignalOf("rating", grade));

    [Fact]
    public void SignalOf_AnyRating_GrowsWithTheGrade() =>
        Gen.Select(Gen.Double[-10, 10], Gen.Double[-10, 10]).Sample((a, b) =>
        {
            var (low, high) = (Math.Min(a, b), Math.Max(a, b));
            return FeedbackPolicy.Default.SignalOf("rating", low).Weight <= FeedbackPolicy.Default.SignalOf("rating", high).Weight;
        });

    [Fact]
    public void SignalOf_RemovedRow_SaysNothing()
    {
        var entry = new FeedbackEntry(FeedbackOperation.Remove, "like", "a", 0, 0, 0);

        Assert.Equal(Polarity.Ignored, FeedbackPolicy.Default.SignalOf(entry).Polarity);
    }

    [Fact]
    public void SignalOf_ConfiguredType_FollowsTheConfiguration()
    {
        var options = new FeedbackPolicyOptions { UnknownType = new() { Kind = FeedbackKind.Ignored } };
        options.Types["grade"] = new() { Kind = FeedbackKind.Rating, Minimum = 1, Maximum = 3, RatingFloor = 0, Weight = 0.5f };
        var policy = new FeedbackPolicy(options);

        Assert.Equal(new ActionSignal(Polarity.Positive, 0.25f), policy.SignalOf("grade", 2));
        Assert.Equal(Polarity.Ignored, policy.SignalOf("anything else", 1).Polarity);
    }

    [Fact]
    public void Constructor_InvalidRules_NamesEachOne()
    {
        var options = new FeedbackPolicyOptions();
        options.Types["heavy"] = new() { Weight = 2 };
        options.Types["empty"] = new() { Kind = FeedbackKind.Rating, Minimum = 5, Maximum = 5 };

        var error = Assert.Throws<ArgumentException>(() => new FeedbackPolicy(options));

        Assert.Contains("'heavy'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'empty'", error.Message, StringComparison.Ordinal);
    }
}
