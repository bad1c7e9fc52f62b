namespace RecActors.Ratings;

public sealed class ProbabilityCalibrationTests
{
    [Fact]
    public void Fit_LabelsDrawnFromALogisticCurve_FindsTheCurve()
    {
        var random = new Random(1);
        var scores = Enumerable.Range(0, 50_000).Select(_ => (float)(random.NextDouble() * 4) + 1).ToArray();
        var labels = Array.ConvertAll(scores, score => random.NextDouble() < Curve(score));

        var probabilities = ProbabilityCalibration.Fit(scores, labels).Apply([1.5f, 3, 4.5f]);

        Assert.All(probabilities.Zip([1.5f, 3, 4.5f]), pair => Assert.Equal(Curve(pair.Second), pair.First, .02));

        static double Curve(double score) => 1 / (1 + Math.Exp(-((1.7 * score) - 5)));
    }

    [Fact]
    public void Fit_EqualScores_GivesTheShareOfPositives()
    {
        var labels = Enumerable.Range(0, 1_000).Select(row => row % 4 == 0).ToArray();

        var probability = ProbabilityCalibration.Fit(new float[1_000], labels).Apply([0f])[0];

        Assert.Equal(.25, probability, .002);
    }

    [Fact]
    public void Fit_ClassesThatScoresSeparate_StaysFinite()
    {
        var probabilities = ProbabilityCalibration.Fit([1, 2, 3, 4], [false, false, true, true]).Apply([1, 4]);

        Assert.InRange(probabilities[0], 0, .5);
        Assert.InRange(probabilities[1], .5, 1);
    }

    [Fact]
    public void Fit_OneClass_IsNotCertain() =>
        Assert.InRange(ProbabilityCalibration.Fit([1, 2, 3], [true, true, true]).Apply([2f])[0], .7, .9);
}
