using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using RecActors.Ratings;

namespace RecActors.Reports;

/// <summary>A cross-validation of rating prediction as a file: HTML for people, JSON where the name ends in <c>.json</c>.</summary>
public static class RatingReportFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes the file.</summary>
    public static Task WriteAsync(
        string dataSet, RatingCrossValidationOptions options, RatingReport report, string path, CancellationToken cancellationToken)
    {
        var isJson = Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);
        return File.WriteAllTextAsync(path, isJson ? Json(dataSet, options, report) : Html(dataSet, options, report), cancellationToken);
    }

    /// <summary>What was measured, in a line.</summary>
    public static string Describe(string dataSet, RatingCrossValidationOptions options, RatingReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"{dataSet}: {options.Folds}-fold cross-validation of {report.Ratings:N0} ratings, {report.Positives:N0} of them from {options.PositiveFrom} on, {report.Users:N0} users, {report.Items:N0} items, seed {options.Seed}");

    /// <summary>What the folds chose.</summary>
    public static string DescribeChoices(RatingReport report) => string.Join(
        "; ", report.Choices.Select(choice => string.Create(CultureInfo.InvariantCulture, $"damping {choice.Damping}, regularization {choice.Regularization}")));

    /// <summary>Mean ± deviation; a dash for what is not defined.</summary>
    public static string Format(RatingSummary summary) =>
        double.IsNaN(summary.Mean) ? "–" : string.Create(CultureInfo.InvariantCulture, $"{summary.Mean:F4} ± {summary.Deviation:F4}");

    private static string Json(string dataSet, RatingCrossValidationOptions options, RatingReport report) => JsonSerializer.Serialize(
        new
        {
            DataSet = dataSet,
            options.Folds,
            options.Seed,
            options.PositiveFrom,
            report.Ratings,
            report.Positives,
            report.Users,
            report.Items,
            report.Choices,
            Models = report.Models.Select(model => new
            {
                model.Model,
                Figures = RatingFigures.Names.Zip(model.Summary).ToDictionary(
                    figure => figure.First, figure => new { Mean = Defined(figure.Second.Mean), Deviation = Defined(figure.Second.Deviation) }),
                Folds = model.Folds.Select(fold => fold.Values.Select(Defined)),
            }),
        }, Indented) + "\n";

    private static double? Defined(double value) => double.IsNaN(value) ? null : value;

    private static string Html(string dataSet, RatingCrossValidationOptions options, RatingReport report)
    {
        var text = new StringBuilder(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Rating prediction</title><style>body{font:15px sans-serif;margin:2em}td,th{padding:.25em .7em;text-align:right}td:first-child,th:first-child{text-align:left}</style>")
            .Append(CultureInfo.InvariantCulture, $"<h1>{WebUtility.HtmlEncode(dataSet)}: rating prediction</h1><p>{WebUtility.HtmlEncode(Describe(dataSet, options, report))}; mean ± standard deviation over the folds.</p><table><tr><th>Model");
        foreach (var name in RatingFigures.Names)
        {
            text.Append(CultureInfo.InvariantCulture, $"<th>{name}");
        }

        foreach (var model in report.Models)
        {
            text.Append(CultureInfo.InvariantCulture, $"<tr><td>{WebUtility.HtmlEncode(model.Model)}");
            foreach (var summary in model.Summary)
            {
                text.Append(CultureInfo.InvariantCulture, $"<td>{Format(summary)}");
            }
        }

        return text.Append(CultureInfo.InvariantCulture, $"</table><p>Chosen by validation: {DescribeChoices(report)}.</p></html>\n").ToString();
    }
}
