using System.Text.Json;
using RecActors.Evaluation;

namespace RecActors.Reports;

/// <summary>The figures of a run as JSON, for programs.</summary>
public static class JsonFigures
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes the file.</summary>
    public static Task WriteAsync(EvaluationResult result, string path, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(path, Of(result), cancellationToken);

    /// <summary>The file's text.</summary>
    public static string Of(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var figures = new
        {
            result.DataSet,
            result.Protocol,
            result.Seed,
            result.Trained,
            result.Users,
            result.Items,

            // Of the process so far: of all models together.
            PeakMegabytes = PeakMegabytes(),
            Models = result.Models.Select(model => new
            {
                model.Name,
                model.Lag,
                model.Lambda,
                model.Settings,
                Questions = model.Metrics.Count,
                Metrics = model.Metrics.Names.ToDictionary(name => name, model.Metrics.Mean),
                Intervals = model.Metrics.Names.ToDictionary(name => name, name => BootstrapInterval.Of(model, name, result.Seed)),
                model.Coverage,
                model.Diversity,
                model.FitSeconds,
                model.ReplaySeconds,
            }),
        };
        return JsonSerializer.Serialize(figures, Indented) + "\n";
    }

    private static long PeakMegabytes()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1_000_000;
    }
}
