namespace RecActors.Evaluation;

public sealed class PairedDifferenceTests
{
    [Fact]
    public void Of_Scores_HasTheMeanAndItsStandardErrorQuestionByQuestion()
    {
        // Differences 0, 1, 2: mean 1, deviation 1.
        var difference = PairedDifference.Of([1, 2, 3], [1, 1, 1]);

        Assert.Equal(1, difference.Mean, 12);
        Assert.Equal(1 / Math.Sqrt(3), difference.StandardError, 12);
    }

    [Theory]
    [InlineData(1.7, true)]
    [InlineData(1.8, false)]
    public void IsBetterBy_StandardErrors_AsksWhetherTheMeanExceedsThem(double standardErrors, bool expected) =>
        Assert.Equal(expected, PairedDifference.Of([1, 2, 3], [1, 1, 1]).IsBetterBy(standardErrors));

    [Fact]
    public void IsBetterBy_EqualScores_IsFalse() => Assert.False(PairedDifference.Of([1, 1], [1, 1]).IsBetterBy(0));

    [Fact]
    public void Of_NoScores_IsNoDifference() => Assert.Equal(default, PairedDifference.Of([], []));

    [Fact]
    public void Of_UnlikeCounts_Throws() => Assert.Throws<ArgumentException>(() => PairedDifference.Of([1], [1, 2]));
}
