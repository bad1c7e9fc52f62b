using System.Globalization;

namespace RecActors.Ranking;

/// <summary>What may be in an answer, over random filters, hides, expiries and seen sets.</summary>
public sealed class EligibilityTests(ITestOutputHelper output)
{
    private const int AnswersOfAWorld = 10_000;

    [Theory]
    [InlineData(1, 1_500, 1_000)]
    [InlineData(2, 60, 4_000)]
    public void Answers_RandomWorlds_HoldOnlyWhatIsEligibleAndAsManyAsExist(int seed, int items, int answers)
    {
        var run = new EligibilityRun(seed, items);

        run.Answer(answers);

        Assert.True(run.Violations.Count == 0, string.Join('\n', run.Violations));
        Assert.True(run.Short > 0 && run.Short < answers && run.Ways.Count == 5, "The sample leaves cases out.");
    }

    /// <summary>A million answers, or as many as RECACTORS_ELIGIBILITY_ANSWERS says, in worlds of 100 to 3,000 items. The seeds are 1, 2, 3, …</summary>
    [Fact(Explicit = true)]
    public void Answers_AMillion_HoldOnlyWhatIsEligibleAndAsManyAsExist()
    {
        var answers = int.Parse(Environment.GetEnvironmentVariable("RECACTORS_ELIGIBILITY_ANSWERS") ?? "1000000", CultureInfo.InvariantCulture);
        var worlds = (answers + AnswersOfAWorld - 1) / AnswersOfAWorld;
        var runs = new EligibilityRun[worlds];
        Parallel.For(0, worlds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, world =>
        {
            runs[world] = new EligibilityRun(world + 1, items: 100 + (world % 30 * 100));
            runs[world].Answer(AnswersOfAWorld);
        });

        var ways = runs.SelectMany(run => run.Ways).GroupBy(way => way.Key, way => way.Value).Select(way => $"{way.Sum()} {way.Key}");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{runs.Sum(run => run.Ways.Values.Sum())} answers ({string.Join(", ", ways)}) with {runs.Sum(run => run.Listed)} items; {runs.Sum(run => run.Short)} shorter than asked for; {runs.Sum(run => run.Violations.Count)} violations"));
        Assert.All(runs, run => Assert.True(run.Violations.Count == 0, string.Join('\n', run.Violations)));
    }
}
