namespace RecActors.Bench.Scale;

/// <summary>What refits of several sizes took, stage by stage, beside the law by which each is expected to grow; and as plots.</summary>
internal sealed class RefitScaleReport(IReadOnlyList<RefitScaleRow> rows, BenchReport report)
{
    private const double BytesPerGigabyte = 1e9;
    private const double LeastSeconds = 1e-3;

    /// <summary>Stages whose work is bounded by options: a budget of arithmetic, or so many sampled queries.</summary>
    private static readonly string[] Bounded = ["Searching", "TrainingRanker"];

    public void Write(DirectoryInfo? plots)
    {
        RefitScaleRow[] latest = [.. rows.GroupBy(row => (row.Events, row.Items)).Select(same => same.MaxBy(row => row.At)!).OrderBy(row => row.Events)];
        report.Line($"| stage | expected | {Cells(latest, row => FormattableString.Invariant($"{row.Events:N0} actions"))}");
        report.Line($"|---|---|{string.Concat(latest.Select(_ => "---|"))}");
        foreach (var stage in latest.SelectMany(row => row.Stages.Select(stage => stage.Name)).Distinct())
        {
            var seen = latest.Where(row => HasSeen(row, stage));
            var law = LawOf(stage).Fit([.. seen.Select(row => ((double)row.Events, Math.Max(LeastSeconds, SecondsOf(row, stage))))]);
            report.Line($"| {stage} | {law.Law.Name} | {Cells(latest, row => Cell(row, stage, law))}");
        }

        report.Line($"| together | a + b x | {Cells(latest, row => FormattableString.Invariant($"{row.Seconds:F1} s, {row.CpuSeconds:F1} s CPU, {row.PeakBytes / BytesPerGigabyte:F2} GB"))}");
        report.Line($"| before it | | {Cells(latest, row => FormattableString.Invariant($"{row.BytesBefore / BytesPerGigabyte:F2} GB"))}");
        report.Line($"");
        report.Line($"In brackets what the law says with the numbers that are closest to all columns; memory is the server's at most, resident.");
        if (plots is not null && latest.Length > 1)
        {
            Draw(plots, "seconds", new CostPlot("A refit, by actions", "actions", "s"), [.. latest.Select(row => ((double)row.Events, row.Seconds))]);
            Draw(plots, "memory", new CostPlot("Most resident memory of a server that refits, by actions", "actions", "GB"), [.. latest.Select(row => ((double)row.Events, row.PeakBytes / BytesPerGigabyte))]);
        }
    }

    private static CostLaw LawOf(string stage) => Bounded.Contains(stage) ? CostLaw.Constant : CostLaw.Linear;

    /// <summary>A stage that was over between two looks is not told.</summary>
    private static string Cell(RefitScaleRow row, string stage, FittedLaw law) => HasSeen(row, stage)
        ? FormattableString.Invariant($"{SecondsOf(row, stage):F1} s ({law.At(row.Events):F1}), {PeakOf(row, stage) / BytesPerGigabyte:F2} GB")
        : "";

    private static bool HasSeen(RefitScaleRow row, string stage) => row.Stages.Any(part => part.Name == stage);

    private static double SecondsOf(RefitScaleRow row, string stage) => row.Stages.Where(part => part.Name == stage).Sum(part => part.Seconds);

    private static long PeakOf(RefitScaleRow row, string stage) => row.Stages.Where(part => part.Name == stage).Select(part => part.PeakBytes).DefaultIfEmpty().Max();

    private static string Cells(RefitScaleRow[] rows, Func<RefitScaleRow, string> cell) => string.Concat(rows.Select(row => cell(row) + " | "));

    private static void Draw(DirectoryInfo plots, string what, CostPlot plot, List<(double, double)> points)
    {
        plots.Create();
        File.WriteAllText(Path.Combine(plots.FullName, $"refit-events-{what}.svg"), plot.Draw(points, CostLaw.Linear.Fit(points)));
    }
}
