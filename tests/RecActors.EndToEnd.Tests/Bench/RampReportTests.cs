using System.Globalization;

namespace RecActors.Bench;

public sealed class RampReportTests
{
    private static readonly Measurement Bare = new(8_000, 10, null, null, 0.5, 1.25, 3, 0, 0, 0.01);

    [Fact]
    public void Write_Steps_AreRowsWithWhatWasRefusedAndTheBareServer()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var report = new BenchReport(output);

        new RampReport([Step(0.5, failed: 0, refused: 0, foreign: 0.01), Step(1.1, failed: 12, refused: 10, foreign: 0.2)], report).Write(null);
        report.Foot();

        Assert.Contains("| 0.5 | 500 | 490 | 0 | 0 | 2.00 | 9.00 | 30.00 | 100.0 | 1.0 % | 1.25 | 1.0 % |", Lines(output));
        Assert.Contains("| 1.1 | 1,100 | 490 | 10 | 2 | 2.00 | 9.00 | 30.00 | 100.0 | 20.0 % **noisy** | 1.25 | 1.0 % |", Lines(output));
        Assert.Contains(Lines(output), line => line.StartsWith("NOISY", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_WithPlots_DrawsBothTimes()
    {
        var folder = Directory.CreateTempSubdirectory("recactors-ramp-");
        try
        {
            using var output = new StringWriter(CultureInfo.InvariantCulture);
            new RampReport([Step(0.5, 0, 0, 0), Step(1, 0, 0, 0)], new BenchReport(output)).Write(folder);

            var drawn = File.ReadAllText(Path.Combine(folder.FullName, "ramp-latency.svg"));
            Assert.Contains("p50", drawn, StringComparison.Ordinal);
            Assert.Contains("p99", drawn, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Of_SeveralRounds_HasTheMedianAndAllThatWasRefused()
    {
        var step = RampStep.Of(1, TimeSpan.FromSeconds(2), [Round(p99: 5), Round(p99: 9), Round(p99: 70)], [new Phase(Bare, new LoadTally(), default, default)]);

        Assert.Equal((9, 3, 0, 2), (step.Measured.P99, step.Refused, step.FailedOtherwise, step.Offered));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0.5")]
    [InlineData("0.5", "0.5")]
    [InlineData("1", "0.5")]
    [InlineData("NaN")]
    [InlineData("half")]
    public void Shares_ThatDoNotRiseFromAboveZero_AreRefusedByName(params string[] shares)
    {
        var parsed = BenchCommand.Create().Parse(["ramp", "--shares", .. shares]);

        Assert.Contains(parsed.Errors, error => error.Message.Contains("--shares", StringComparison.Ordinal));
    }

    [Fact]
    public void Shares_ThatRise_AreTaken() => Assert.Empty(BenchCommand.Create().Parse(["ramp", "--shares", "0.5", "1", "1.5"]).Errors);

    private static string[] Lines(StringWriter output) => output.ToString().Split(output.NewLine);

    private static RampStep Step(double share, long failed, long refused, double foreign) =>
        new(share, 1_000 * share, new Measurement(490, 100, null, null, 2, 9, 30, failed, 0, foreign), refused, Bare);

    private static Phase Round(double p99)
    {
        var tally = new LoadTally();
        for (var request = 0; request < 3; request++)
        {
            tally.Add(new WireAnswer(200, false), TimeSpan.FromMilliseconds(1));
        }

        tally.Add(new WireAnswer(503, false), TimeSpan.FromMilliseconds(1));
        return new Phase(Bare with { P99 = p99, Failed = 1 }, tally, default, default);
    }
}
