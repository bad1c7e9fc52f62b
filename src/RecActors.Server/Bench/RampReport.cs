using System.Globalization;
using RecActors.Bench.Scale;

namespace RecActors.Bench;

/// <summary>The steps of a ramp as a table, and as a plot of the times by what was offered.</summary>
internal sealed class RampReport(IReadOnlyList<RampStep> steps, BenchReport report)
{
    public void Write(DirectoryInfo? plots)
    {
        report.Line($"| of the peak | offered/s | answered/s | refused | failed otherwise | p50, ms | p99, ms | p99.9, ms | server CPU, µs | foreign CPU | bare p99, ms | bare foreign CPU |");
        report.Line($"|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var step in steps)
        {
            var (measured, bare) = (step.Measured, step.Bare);
            report.Line($"| {step.Share} | {step.Offered:N0} | {measured.Rate:N0} | {step.Refused:N0} | {step.FailedOtherwise:N0} | {measured.P50:F2} | {measured.P99:F2} | {measured.P999:F2} | {measured.Cpu?.ToString("F1", CultureInfo.InvariantCulture)} | {report.ForeignOf(measured)} | {bare.P99:F2} | {report.ForeignOf(bare)} |");
        }

        report.Line($"");
        report.Line($"Times are those of answers, since they were due; the CPU is that of an answer. The bare server is offered the same shares of its own peak.");
        if (plots is not null)
        {
            plots.Create();
            var plot = new CostPlot("Times of answers, by what is offered", "requests a second", "ms");
            File.WriteAllText(
                Path.Combine(plots.FullName, "ramp-latency.svg"), plot.DrawTimes([("p50", Points(one => one.P50)), ("p99", Points(one => one.P99))]));
        }
    }

    private (double X, double Y)[] Points(Func<Measurement, double> timeOf) => [.. steps.Select(step => (step.Offered, timeOf(step.Measured)))];
}

/// <summary>A step of a ramp.</summary>
/// <param name="Share">The rate as a share of the peak.</param>
/// <param name="Offered">Requests a second that were due.</param>
/// <param name="Measured">What became of them.</param>
/// <param name="Refused">How many were refused: try again later.</param>
/// <param name="Bare">The bare server at the same share of its own peak.</param>
internal sealed record RampStep(double Share, double Offered, Measurement Measured, long Refused, Measurement Bare)
{
    public long FailedOtherwise => Measured.Failed - Refused;

    /// <summary>The medians of several measurements of a step; what was refused and what failed are sums.</summary>
    public static RampStep Of(double share, TimeSpan length, IReadOnlyCollection<Phase> measured, IReadOnlyCollection<Phase> bare) => new(
        share,
        measured.Sum(phase => phase.Tally.Requests) / (length.TotalSeconds * measured.Count),
        Measurement.MedianOf([.. measured.Select(phase => phase.Measured)]),
        measured.Sum(phase => phase.Tally.Shed),
        Measurement.MedianOf([.. bare.Select(phase => phase.Measured)]));
}
