namespace RecActors.Bench.Scale;

/// <summary>What an action costs by the number that come in one batch, beside the law by which it is expected to fall; and as a plot.</summary>
/// <param name="sizes">Actions in a batch, and what was measured of one action. A server whose CPU is not known has nothing to tell.</param>
/// <param name="report">Where it is written.</param>
internal sealed class BatchCostReport(IReadOnlyList<(int Size, Measurement Action)> sizes, BenchReport report)
{
    /// <summary>The most that an action may cost in a batch of so many, in microseconds.</summary>
    private static readonly (double Size, double Cpu) Aim = (100, 15);

    public void Write(DirectoryInfo? plots)
    {
        List<(double Size, double Cpu)> points = [.. sizes.Where(one => one.Action.Cpu > 0).OrderBy(one => one.Size).Select(one => ((double)one.Size, one.Action.Cpu!.Value))];
        if (points.Count == 0)
        {
            return;
        }

        var law = CostLaw.Shared.Fit(points);
        report.Line($"");
        report.Line($"| actions in a batch | server CPU of an action, µs | expected: {law.Law.Name} |");
        report.Line($"|---|---|---|");
        foreach (var (size, cpu) in points)
        {
            report.Line($"| {size:N0} | {cpu:F1} | {law.At(size):F1} |");
        }

        if (plots is not null)
        {
            plots.Create();
            var plot = new CostPlot("CPU of an action, by actions in a batch", "actions in a batch", "µs");
            File.WriteAllText(Path.Combine(plots.FullName, "ingest-batch-cpu.svg"), plot.Draw(points, law, [Aim]));
        }
    }
}
