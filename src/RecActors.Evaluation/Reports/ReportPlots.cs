using OxyPlot;
using OxyPlot.Annotations;
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

    // The default font of an SVG exporter's text measure; the page falls back to what looks like it.
    private const string Font = "Arial";

    // For names of models: a measure of the browser's font is not at hand.
    private const double PixelsPerLetter = 7.5;

    // The exporter takes texts for smaller than browsers draw them, so there is room about them.
    private const double TitleDistance = 16;

    // Told apart by people who see fewer colours, too (Okabe and Ito 2008); a model has one colour in all plots.
    private static readonly OxyColor[] Colors =
    [
        .. new uint[] { 0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000, 0x8C8C8C, 0x7A4419, 0x6A3D9A }
            .Select(rgb => OxyColor.FromUInt32(0xFF000000 | rgb)),
    ];

    private int _plots;
    private readonly string _metric = result.MetricNames[0];
    private readonly IReadOnlyList<ModelResult> _prompt = [.. result.Models.GroupBy(model => model.Name).Select(lags => lags.First())];

    /// <summary>The first metric of every model, with its interval.</summary>
    public string Metric()
    {
        var plot = NewPlot($"{_metric} with 95 % intervals");
        var axis = new CategoryAxis { Position = AxisPosition.Left, Key = "models", StartPosition = 1, EndPosition = 0 };
        var points = new ScatterErrorSeries { MarkerType = MarkerType.Circle, MarkerSize = 4, MarkerFill = Colors[0], ErrorBarStrokeThickness = 2 };
        var highest = 0d;
        for (var place = 0; place < result.Models.Count; place++)
        {
            var model = result.Models[place];
            var (low, high) = BootstrapInterval.Of(model, _metric, result.Seed);
            axis.Labels.Add(model.Title);

            // The series draws a symmetric error; the interval is nearly so.
            points.Points.Add(new ScatterErrorPoint((low + high) / 2, place, high - low, 0));
            highest = Math.Max(highest, high);
        }

        plot.Axes.Add(axis);
        plot.Axes.Add(NewAxis(AxisPosition.Bottom, _metric, maximum: 1.05 * Math.Max(highest, 1e-3)));
        plot.PlotMargins = new OxyThickness(PixelsPerLetter * result.Models.Max(model => model.Title.Length), double.NaN, 20, double.NaN);
        plot.Series.Add(points);
        return Svg(plot, 80 + (26 * result.Models.Count));
    }

    /// <summary>The metric over the replay, in tenths of its questions.</summary>
    public string OverTime()
    {
        var plot = NewPlot($"{_metric} over the replay");
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "tenth of the questions", AxisTitleDistance = TitleDistance, Minimum = .5, Maximum = Periods + .5 });
        AddLines(plot, (model, question) => (int)((long)question * Periods / model.Metrics.Count) + 1);
        return Svg(plot);
    }

    /// <summary>The metric by how many items the user had seen.</summary>
    public string ByHistory()
    {
        var plot = NewPlot($"{_metric} by the length of the history");
        var axis = new CategoryAxis { Position = AxisPosition.Bottom, Title = "items that the user had seen", AxisTitleDistance = TitleDistance };
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
        plot.Axes.Add(NewAxis(AxisPosition.Bottom, "coverage", maximum: 1));
        plot.Axes.Add(NewAxis(AxisPosition.Left, "intra-list diversity", maximum: 1));
        foreach (var model in _prompt)
        {
            var series = new ScatterSeries { Title = InLegend(model.Name), MarkerType = MarkerType.Circle, MarkerSize = 5, MarkerFill = ColorOf(model.Name) };
            series.Points.Add(new ScatterPoint(model.Coverage, model.Diversity));
            plot.Series.Add(series);
        }

        return Svg(plot);
    }

    /// <summary>The metric against the lag, with that of the same model frozen as a broken line; null when one lag was replayed.</summary>
    public string? Lags()
    {
        if (result.Models.DistinctBy(model => model.Lag).Count() < 2)
        {
            return null;
        }

        var plot = NewPlot($"{_metric} against the lag");
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "events of the user held back", MinimumMajorStep = 1, AxisTitleDistance = TitleDistance });
        plot.Axes.Add(NewAxis(AxisPosition.Left, _metric));
        foreach (var lags in result.Models.Where(model => model.Lambda is null).GroupBy(model => model.Name).Where(lags => lags.Count() > 1))
        {
            var series = NewLine(lags.Key);
            series.Points.AddRange(lags.Select(model => new DataPoint(model.Lag, model.Metrics.Mean(_metric))));
            plot.Series.Add(series);
            if (result.Models.FirstOrDefault(model => model.Name == lags.Key + FrozenRecommender.Suffix) is { } frozen)
            {
                var line = new LineSeries { Title = InLegend(frozen.Name), LineStyle = LineStyle.Dash, Color = ColorOf(lags.Key) };
                line.Points.AddRange(new[] { lags.Min(model => model.Lag), lags.Max(model => model.Lag) }.Select(lag => new DataPoint(lag, frozen.Metrics.Mean(_metric))));
                plot.Series.Add(line);
            }
        }

        return Svg(plot);
    }

    /// <summary>The metric against the diversity of the lists, a point for each λ; null when none was asked for.</summary>
    public string? Diversity()
    {
        if (result.Models.All(model => model.Lambda is null))
        {
            return null;
        }

        var plot = NewPlot($"{_metric} against intra-list diversity, by λ of maximal marginal relevance");
        plot.Axes.Add(NewAxis(AxisPosition.Bottom, "intra-list diversity of the first ten", maximum: 1));
        plot.Axes.Add(NewAxis(AxisPosition.Left, _metric));
        foreach (var curve in result.Models.Where(model => model.Lambda is not null).GroupBy(model => model.Name))
        {
            var series = NewLine(curve.Key);
            foreach (var model in curve.OrderBy(model => model.Lambda))
            {
                var point = new DataPoint(model.Diversity, model.Metrics.Mean(_metric));
                series.Points.Add(point);
                plot.Annotations.Add(new TextAnnotation { Text = FormattableString.Invariant($"{model.Lambda:0.##}"), TextPosition = point, StrokeThickness = 0, Offset = new ScreenVector(0, -6) });
            }

            plot.Series.Add(series);
        }

        return Svg(plot);
    }

    private void AddLines(PlotModel plot, Func<ModelResult, int, int> binOf)
    {
        plot.Axes.Add(NewAxis(AxisPosition.Left, _metric));
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

    private LineSeries NewLine(string model) => new() { Title = InLegend(model), Color = ColorOf(model), MarkerType = MarkerType.Circle, MarkerSize = 3 };

    /// <summary>A legend is cut off where the exporter believes that its texts end: blanks make them longer.</summary>
    private static string InLegend(string model) => model + new string('\u00A0', 2 + (model.Length / 2));

    private OxyColor ColorOf(string model) =>
        Colors[Math.Max(0, _prompt.Select(prompt => prompt.Name).ToList().IndexOf(model)) % Colors.Length];

    private static LinearAxis NewAxis(AxisPosition position, string title, double maximum = double.NaN) => new()
    {
        Position = position,
        Minimum = 0,
        Maximum = maximum,
        MaximumPadding = .05,
        Title = title,
        AxisTitleDistance = TitleDistance,
        MajorGridlineStyle = LineStyle.Solid,
        MajorGridlineColor = OxyColor.FromRgb(235, 235, 235),
    };

    private static PlotModel NewPlot(string title)
    {
        var plot = new PlotModel { Title = title, TitleFontSize = 14, DefaultFont = Font, Background = OxyColors.White, Padding = new OxyThickness(8, 8, 110, 8) };
        plot.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendItemSpacing = 0, LegendLineSpacing = 6 });
        return plot;
    }

    /// <summary>The plot as text. Ids of clip paths are made unique: a page has one space of ids for all its plots.</summary>
    private string Svg(PlotModel plot, double height = 320) =>
        new SvgExporter { Width = 1000, Height = height, IsDocument = false }.ExportToString(plot)
            .Replace("clipPath", $"plot{++_plots}-clipPath", StringComparison.Ordinal)
            .Replace($"<plot{_plots}-clipPath", "<clipPath", StringComparison.Ordinal)
            .Replace($"</plot{_plots}-clipPath", "</clipPath", StringComparison.Ordinal);
}
