using RecActors.Interest;

namespace RecActors.Bench.Scale;

/// <summary>Measured rows as tables, an axis each, with the law that is expected beside what was measured; and as plots.</summary>
internal sealed class ScaleReport(IReadOnlyList<ScaleRow> rows, BenchReport report)
{
    private const double BytesPerGigabyte = 1e9;

    /// <summary>The most CPU that a recommendation may take, by catalog size, in microseconds.</summary>
    private static readonly (double Items, double Cpu)[] Aims = [(100_000, 600), (1_000_000, 1_000)];

    private static readonly Axis[] Axes =
    [
        new("items", "items in the catalog", row => row.Items, CostLaw.SquareRoot),
        new("history", "items in the user's history", row => row.History, CostLaw.LinearUpTo(UserHistory.DefaultWindow)),
        new("users", "stored users", row => row.Users, CostLaw.Constant),
    ];

    /// <summary>Prints a table for each axis along which sites of several sizes were measured, and draws it into the folder.</summary>
    public void Write(ScaleShape common, DirectoryInfo? plots)
    {
        var medians = Medians();
        foreach (var axis in Axes)
        {
            List<ScaleRow> along = [.. medians.Where(row => axis.IsAlong(row, common)).OrderBy(axis.SizeOf)];
            if (along.Count == 0)
            {
                continue;
            }

            var law = axis.Law.Fit([.. along.Select(row => (axis.SizeOf(row), row.FreshCpu))]);
            Table(axis, along, law);
            if (plots is not null && along.Count > 1)
            {
                Draw(axis, along, law, plots);
            }
        }
    }

    private void Table(Axis axis, List<ScaleRow> along, FittedLaw law)
    {
        report.Line($"CPU of a fresh question, expected: {law.Law.Name}, closest with a = {law.Fixed:F0} µs, b = {law.Slope:G3}.");
        report.Line($"");
        report.Line($"| {axis.Title} | CPU, µs | expected | action, µs | allocated, KB | questions/s | of bare | p50, ms | p99, ms | start, s | index, s | recall | memory, GB | heap, GB | foreign CPU |");
        report.Line($"|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var row in along)
        {
            report.Line($"| {axis.SizeOf(row):N0} | {row.FreshCpu:F0} | {law.At(axis.SizeOf(row)):F0} | {row.ActionCpu:F0} | {row.FreshAllocated / 1e3:F1} | {row.Rate:N0} | {row.Rate / row.BareRate:F3} | {row.P50:F1} | {row.P99:F1} | {row.StartSeconds:F1} | {row.IndexSeconds:F1} | {row.Recall:F4} | {row.ResidentBytes / BytesPerGigabyte:F2} | {row.HeapBytes / BytesPerGigabyte:F2} | {row.Foreign:P0}{(row.Foreign > Measurement.NoisyShare ? " **noisy**" : "")} |");
        }

        report.Line($"");
    }

    private static void Draw(Axis axis, List<ScaleRow> along, FittedLaw law, DirectoryInfo plots)
    {
        plots.Create();
        List<(double, double)> points = [.. along.Select(row => (axis.SizeOf(row), row.FreshCpu))];
        Write("cpu", new CostPlot($"Server CPU of a recommendation after a fresh action, by {axis.Title}", axis.Title, "µs")
            .Draw(points, law, axis.Name == "items" ? [.. Aims] : null));
        if (axis.Name == "items")
        {
            List<(double, double)> sizes = [.. along.Select(row => ((double)row.Items, row.ResidentBytes / BytesPerGigabyte))];
            Write("memory", new CostPlot("Memory of a server that has just started, by items in the catalog", axis.Title, "GB").Draw(sizes, CostLaw.Linear.Fit(sizes)));
        }

        void Write(string what, string svg) => File.WriteAllText(Path.Combine(plots.FullName, $"scale-{axis.Name}-{what}.svg"), svg);
    }

    /// <summary>One row a shape: the medians of what was measured of it several times.</summary>
    private List<ScaleRow> Medians() =>
    [
        .. rows.GroupBy(row => (row.Items, row.History, row.Users, row.Indexed)).Where(same => same.Key.Indexed).Select(same => same.Last() with
        {
            FreshCpu = Median(same, row => row.FreshCpu),
            ActionCpu = Median(same, row => row.ActionCpu),
            FreshAllocated = Median(same, row => row.FreshAllocated),
            Rate = Median(same, row => row.Rate),
            BareRate = Median(same, row => row.BareRate),
            P50 = Median(same, row => row.P50),
            P99 = Median(same, row => row.P99),
            StartSeconds = Median(same, row => row.StartSeconds),
            ResidentBytes = (long)Median(same, row => row.ResidentBytes),
        }),
    ];

    private static double Median(IEnumerable<ScaleRow> rows, Func<ScaleRow, double> value)
    {
        var sorted = rows.Select(value).Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>One of a site's sizes, the others being the common ones.</summary>
    private sealed record Axis(string Name, string Title, Func<ScaleRow, double> SizeOf, CostLaw Law)
    {
        public bool IsAlong(ScaleRow row, ScaleShape common) =>
            (Name == "items" || row.Items == common.Items)
            && (Name == "history" || row.History == common.History)
            && (Name == "users" || row.Users == common.Users);
    }
}
