using System.Globalization;
using System.Net;
using System.Text;
using RecActors.Evaluation;

namespace RecActors.Reports;

/// <summary>A run as one HTML file that needs nothing else: the table, the plots, what was chosen.</summary>
public static class HtmlReport
{
    private const string Style =
        "body{font:15px sans-serif;max-width:80em;margin:2em auto;padding:0 1em;color:#222}table{border-collapse:collapse}"
        + "td,th{padding:.25em .6em;text-align:right;white-space:nowrap;border-bottom:1px solid #ddd}td:first-child,th:first-child,.left{text-align:left}svg{max-width:100%;height:auto;margin:1em 0}svg text{font-family:Arial,Helvetica,sans-serif}";

    /// <summary>Writes the file.</summary>
    public static Task WriteAsync(EvaluationResult result, string path, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(path, Of(result), cancellationToken);

    /// <summary>The file's text.</summary>
    public static string Of(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var plots = new ReportPlots(result);
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{Escaped(result.DataSet)}: {Escaped(result.Protocol)}</title><style>{Style}</style>")
            .Append(CultureInfo.InvariantCulture, $"<h1>{Escaped(result.DataSet)}: {Escaped(result.Protocol)}</h1>")
            .Append(CultureInfo.InvariantCulture, $"<p>{result.Trained:N0} actions trained on, {result.Users:N0} users, {result.Items:N0} items, {result.Models[0].Metrics.Count:N0} questions, seed {result.Seed}.</p>");
        AppendTable(text, result);
        AppendFreshness(text, result);
        text.Append(plots.Metric()).Append(plots.Lags()).Append(plots.OverTime()).Append(plots.ByHistory()).Append(plots.CoverageAndDiversity()).Append(plots.Diversity());
        AppendSettings(text, result);
        return text.Append("</html>\n").ToString();
    }

    private static void AppendTable(StringBuilder text, EvaluationResult result)
    {
        var first = result.MetricNames[0];
        text.Append(CultureInfo.InvariantCulture, $"<table><tr><th>Model<th>{first}, 95 %");
        foreach (var name in result.MetricNames.Concat(["Coverage@10", "Diversity@10", "Fit, s", "Replay, s"]))
        {
            text.Append("<th>").Append(name);
        }

        foreach (var model in result.Models)
        {
            var (low, high) = BootstrapInterval.Of(model, first, result.Seed);
            text.Append(CultureInfo.InvariantCulture, $"<tr><td>{Escaped(model.Title)}<td>{low:F4}–{high:F4}");
            foreach (var name in result.MetricNames)
            {
                text.Append(CultureInfo.InvariantCulture, $"<td>{model.Metrics.Mean(name):F4}");
            }

            text.Append(CultureInfo.InvariantCulture, $"<td>{model.Coverage:F3}<td>{model.Diversity:F3}<td>{model.FitSeconds:F1}<td>{model.ReplaySeconds:F1}");
        }

        text.Append("</table>");
    }

    /// <summary>What each model loses when it hears of actions late, or not before the next night.</summary>
    private static void AppendFreshness(StringBuilder text, EvaluationResult result)
    {
        var metric = result.MetricNames[0];
        var rows = result.Models.GroupBy(model => FrozenRecommender.LiveName(model.Name))
            .Select(group => (Live: group.FirstOrDefault(model => model.Name == group.Key && model.Lag == 0), Others: group.Where(model => model.Name != group.Key || model.Lag > 0).ToList()))
            .Where(row => row.Live is not null && row.Others.Count > 0)
            .ToList();
        if (rows.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"<h2>What freshness is worth</h2><table><tr><th>Model, live<th>{metric}<th class=left>served late, or refitted every night<th>{metric}<th>lost");
        foreach (var (live, others) in rows)
        {
            var fresh = live!.Metrics.Mean(metric);
            foreach (var other in others)
            {
                var stale = other.Metrics.Mean(metric);
                text.Append(CultureInfo.InvariantCulture, $"<tr><td>{Escaped(live.Title)}<td>{fresh:F4}<td class=left>{Escaped(other.Title)}<td>{stale:F4}<td>{(fresh > 0 ? 1 - (stale / fresh) : 0):P0}");
            }
        }

        text.Append("</table>");
    }

    private static void AppendSettings(StringBuilder text, EvaluationResult result)
    {
        text.Append("<h2>Chosen by validation</h2><ul>");
        foreach (var model in result.Models.Where(model => model.Settings.Length > 0).DistinctBy(model => model.Name))
        {
            text.Append(CultureInfo.InvariantCulture, $"<li>{Escaped(model.Name)}: {Escaped(model.Settings)}");
        }

        text.Append("</ul>");
    }

    private static string Escaped(string value) => WebUtility.HtmlEncode(value);
}
