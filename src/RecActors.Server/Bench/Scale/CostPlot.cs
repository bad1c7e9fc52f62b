using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace RecActors.Bench.Scale;

/// <summary>A cost against what it may grow with, measured and as expected, as SVG.</summary>
/// <param name="Title">Of the plot.</param>
/// <param name="X">What the horizontal axis counts; it is logarithmic where a law is drawn.</param>
/// <param name="Y">What the vertical axis measures.</param>
internal sealed record CostPlot(string Title, string X, string Y)
{
    private const string Font = "Arial";

    /// <summary>Points of the law's line between two measured ones.</summary>
    private const int Steps = 64;

    // Told apart by people who see fewer colours, too (Okabe and Ito 2008).
    private static readonly OxyColor Measured = OxyColor.FromUInt32(0xFF0072B2);
    private static readonly OxyColor Expected = OxyColor.FromUInt32(0xFFD55E00);
    private static readonly OxyColor Aim = OxyColor.FromUInt32(0xFF8C8C8C);
    private static readonly OxyColor[] Lines = [Measured, Expected];

    /// <summary>Draws points, a law through them, and where there is one, the most that a cost may be, by size.</summary>
    public string Draw(IReadOnlyList<(double X, double Y)> points, FittedLaw law, IReadOnlyList<(double X, double Y)>? aims = null)
    {
        var plot = Model();
        var (least, most) = (points.Min(point => point.X), points.Max(point => point.X));
        plot.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Bottom, Title = X, AxisTitleDistance = 16, Minimum = least * 0.8, Maximum = most * 1.25, UseSuperExponentialFormat = false, StringFormat = "#,0" });
        plot.Axes.Add(Vertical(new LinearAxis { Minimum = 0 }));
        var line = new LineSeries { Title = InLegend(law.Law.Name), Color = Expected, LineStyle = LineStyle.Dash };
        for (var step = 0; step <= Steps; step++)
        {
            var x = least * Math.Pow(most / least, (double)step / Steps);
            line.Points.Add(new DataPoint(x, law.At(x)));
        }

        plot.Series.Add(line);
        plot.Series.Add(Markers("measured", points, MarkerType.Circle, Measured));
        if (aims is { Count: > 0 })
        {
            plot.Series.Add(Markers("aim, at most", aims, MarkerType.Triangle, Aim));
        }

        return Export(plot);
    }

    /// <summary>
    /// Draws lines through times that grow by orders of magnitude, the vertical axis logarithmic and the horizontal one not; a time of zero is none.
    /// </summary>
    public string DrawTimes(IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> lines)
    {
        var plot = Model();
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = X, AxisTitleDistance = 16, Minimum = 0, MaximumPadding = 0.05, StringFormat = "#,0" });
        plot.Axes.Add(Vertical(new LogarithmicAxis { MinimumPadding = 0.1, UseSuperExponentialFormat = false, StringFormat = "#,0.###" }));
        foreach (var (index, (name, points)) in lines.Index())
        {
            var line = new LineSeries { Title = InLegend(name), Color = Lines[index % Lines.Length], MarkerType = MarkerType.Circle, MarkerSize = 4, MarkerFill = Lines[index % Lines.Length] };
            line.Points.AddRange(points.Where(point => point.Y > 0).Select(point => new DataPoint(point.X, point.Y)));
            plot.Series.Add(line);
        }

        return Export(plot);
    }

    private PlotModel Model()
    {
        var plot = new PlotModel { Title = Title, TitleFontSize = 14, DefaultFont = Font, Background = OxyColors.White, Padding = new OxyThickness(8, 8, 60, 8) };
        plot.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.RightTop });
        return plot;
    }

    private Axis Vertical(Axis axis)
    {
        axis.Position = AxisPosition.Left;
        axis.Title = Y;
        axis.AxisTitleDistance = 16;
        axis.MaximumPadding = 0.1;
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = OxyColor.FromRgb(235, 235, 235);
        return axis;
    }

    private static string Export(PlotModel plot) => new SvgExporter { Width = 760, Height = 320, IsDocument = false }.ExportToString(plot);

    private static ScatterSeries Markers(string title, IEnumerable<(double X, double Y)> points, MarkerType type, OxyColor color)
    {
        var series = new ScatterSeries { Title = InLegend(title), MarkerType = type, MarkerSize = 5, MarkerFill = color };
        series.Points.AddRange(points.Select(point => new ScatterPoint(point.X, point.Y)));
        return series;
    }

    /// <summary>A legend is cut off where the exporter believes that its texts end: blanks make them longer.</summary>
    private static string InLegend(string text) => text + new string('\u00A0', 2 + (text.Length / 2));
}
