using System.Text.Json;

namespace RecActors.Reports;

/// <summary>A JSON report, as <see cref="JsonFigures"/> and <see cref="RatingReportFile"/> write it.</summary>
/// <param name="DataSet">The data.</param>
/// <param name="Trained">Actions trained on; 0 for a rating prediction.</param>
/// <param name="PeakMegabytes">Most memory of the run.</param>
/// <param name="Models">The models.</param>
internal sealed record FigureFile(string DataSet, int Trained, double PeakMegabytes, IReadOnlyList<FigureModel> Models)
{
    /// <summary>The file's name without its ending.</summary>
    public string FileName { get; private init; } = "";

    /// <summary>The reports whose names match a pattern, by name.</summary>
    /// <exception cref="InvalidDataException">There are none.</exception>
    public static IReadOnlyList<FigureFile> Matching(string folder, string pattern)
    {
        string[] paths = Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, $"{pattern}.json").Where(path => !path.EndsWith(".tmp.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
            : [];
        return paths.Length == 0
            ? throw new InvalidDataException($"'{folder}' has no report {pattern}.json.")
            : [.. paths.Select(Read)];
    }

    private static FigureFile Read(string path)
    {
        var file = JsonSerializer.Deserialize<FigureFile>(File.ReadAllText(path)) ?? throw new InvalidDataException($"'{path}' is empty.");
        return file with { FileName = Path.GetFileNameWithoutExtension(path) };
    }
}

/// <summary>A model of a report: a ranking has a name and metrics, a rating prediction is called model and has figures.</summary>
internal sealed record FigureModel(
    string? Name,
    string? Model,
    int Lag,
    int Questions,
    double FitSeconds,
    double ReplaySeconds,
    IReadOnlyDictionary<string, double>? Metrics,
    IReadOnlyDictionary<string, FigureSummary>? Figures)
{
    /// <summary>A metric of a ranking.</summary>
    public double this[string metric] =>
        Metrics?.TryGetValue(metric, out var value) == true ? value : throw new InvalidDataException($"{Name ?? Model} has no {metric}.");

    /// <summary>A figure of a rating prediction.</summary>
    public FigureSummary Figure(string name) =>
        Figures?.TryGetValue(name, out var value) == true ? value : throw new InvalidDataException($"{Model ?? Name} has no {name}.");
}

/// <summary>Mean and deviation over folds; null where it is not defined.</summary>
internal sealed record FigureSummary(double? Mean, double? Deviation);
