using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using RecActors.Evaluation;

namespace RecActors.Reports;

/// <summary>The plots of a report, as SVG.</summary>
internal sealed class ReportPlots(EvaluationResult result)
{
    private const int Periods = 10;

    // Where a bar of questions by the length of the history begins.
    private static readonly int[] HistoryStarts = [0, 1, 5, 10, 20, 50, 100, 200];

    private readonly string _metric = result.MetricNames[0];
    private readonly IReadOnlyList<ModelResult> _prompt = [.. result.Models.GroupBy(model => model.Name).Select(lags => lags.First())];

    /// <summary>The first metric of every model, with its interval.</summary>
    public string Metric()
    {
        var plot = NewPlot($"{_metric} with 95 % intervals");
        var axis = new CategoryAxis { Position = AxisPosition.Left, Key = "models", StartPosition = 1, EndPosition = 0 };
        var points = new ScatterErrorSeries { MarkerType = MarkerType.Circle, MarkerSize = 4, ErrorBarStrokeThickness = 2 };
        for (var place = 0; place < result.Models.Count; place++)
        {
            var model = result.Models[place];
            var (low, high) = BootstrapInterval.Of(model, _metric, result.Seed);
            axis.Labels.Add(model.Title);

            // The series draws a symmetric error; the interval is nearly so.
            points.Points.Add(new ScatterErrorPoint((low + high) / 2, place, high - low, 0));
        }

        plot.Axes.Add(axis);
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Minimum = 0, Title = _metric });
        plot.Series.Add(points);
        return Svg(plot, 80 + (26 * result.Models.Count));
    }

    /// <summary>The metric over the replay, in tenths of its questions.</summary>
    public string OverTime()
    {
        var plot = NewPlot($"{_metric} over the replay");
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "tenth of the questions", Minimum = .5, Maximum = Periods + .5 });
        AddLines(plot, (model, question) => (int)((long)question * Periods / model.Metrics.Count) + 1);
        return Svg(plot);
    }

    /// <summary>The metric by how many items the user had seen.</summary>
    public string ByHistory()
    {
        var plot = NewPlot($"{_metric} by the length of the history");
        var axis = new CategoryAxis { Position = AxisPosition.Bottom, Title = "items that the user had seen" };
        for (var bin = 0; bin < HistoryStarts.Length; bin++)
        {
            var end = bin + 1 < HistoryStarts.Length ? HistoryStarts[bin + 1] - 1 : int.MaxValue;
            axis.Labels.Add(end == HistoryStarts[bin] ? $"{end}" : end == int.MaxValue ? $"{HistoryStarts[bin]} and more" : $"{HistoryStarts[bin]}–{end}");
        }

        plot.Axes.Add(axis);
        AddLines(plot, (model, question) => Array.FindLastIndex(HistoryStarts, start => start <= model.Contexts[question].HistoryLength));
        return Svg(plot);
    }

    /// <summary>How much of the catalog is shown, against how unlike the items of a list are.</summary>
    public string CoverageAndDiversity()
    {
        var plot = NewPlot("Coverage of the catalog and diversity of the lists, first ten");
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "coverage", Minimum = 0, Maximum = 1 });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "intra-list diversity", Minimum = 0, Maximum = 1 });
        foreach (var model in _prompt)
        {
            var series = new ScatterSeries { Title = model.Name, MarkerType = MarkerType.Circle, MarkerSize = 5 };
            series.Points.Add(new ScatterPoint(model.Coverage, model.Diversity));
            plot.Series.Add(series);
        }

        return Svg(plot);
    }

    /// <summary>The metric against the lag; null when one lag was replayed.</summary>
    public string? Lags()
    {
        if (result.Models.DistinctBy(model => model.Lag).Count() < 2)
        {
            return null;
        }

        var plot = NewPlot($"{_metric} against the lag");
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "events of the user held back", MinimumMajorStep = 1 });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Minimum = 0, Title = _metric });
        foreach (var lags in result.Models.GroupBy(model => model.Name).Where(lags => lags.Count() > 1))
        {
            var series = NewLine(lags.Key);
            series.Points.AddRange(lags.Select(model => new DataPoint(model.Lag, model.Metrics.Mean(_metric))));
            plot.Series.Add(series);
        }

        return Svg(plot);
    }

    private void AddLines(PlotModel plot, Func<ModelResult, int, int> binOf)
    {
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Minimum = 0, Title = _metric });
        foreach (var model in _prompt)
        {
            var values = model.Metrics[_metric];
            var series = NewLine(model.Name);
            series.Points.AddRange(Enumerable.Range(0, values.Count)
                .GroupBy(question => binOf(model, question))
                .OrderBy(bin => bin.Key)
                .Select(bin => new DataPoint(bin.Key, bin.Average(question => values[question]))));
            plot.Series.Add(series);
        }
    }

    private static LineSeries NewLine(string title) => new() { Title = title, MarkerType = MarkerType.Circle, MarkerSize = 3 };

    private static PlotModel NewPlot(string title)
    {
        var plot = new PlotModel { Title = title, TitleFontSize = 14, DefaultFont = "sans-serif", Background = OxyColors.White };
        plot.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside });
        return plot;
    }

    private static string Svg(PlotModel plot, double height = 320) =>
        new SvgExporter { Width = 860, Height = height, IsDocument = false }.ExportToString(plot);
}
