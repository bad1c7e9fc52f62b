using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RecActors.Reports;

/// <summary>
/// Fills the tables of a Markdown page from the JSON reports of evaluations. A table stands between a line
/// <c>&lt;!-- figures KIND FILES COLUMNS --&gt;</c> and a line <c>&lt;!-- end --&gt;</c>; FILES is a pattern of names without <c>.json</c>. Kinds:
/// <c>models</c>, a row for each model and lag with the mean and the range over the files; <c>ratings</c>, the same for cross-validations;
/// <c>without FILES BASE</c>, a row for each file with what its first model has lost against that of the file BASE; <c>cost</c>, time and memory.
/// </summary>
public static partial class ModelCard
{
    /// <summary>The page with its tables filled.</summary>
    /// <param name="page">The page.</param>
    /// <param name="folder">Where the reports are.</param>
    /// <exception cref="InvalidDataException">A table's reports are not there, or its kind is unknown.</exception>
    public static string Fill(string page, string folder)
    {
        ArgumentNullException.ThrowIfNull(page);
        return Section().Replace(page, section =>
        {
            string[] words = section.Groups["what"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var table = words switch
            {
                ["models", var files, .. var columns] => Models(FigureFile.Matching(folder, files), columns),
                ["ratings", var files, .. var columns] => Ratings(FigureFile.Matching(folder, files), columns),
                ["without", var files, var whole, .. var columns] => Without(FigureFile.Matching(folder, files), FigureFile.Matching(folder, whole)[0], columns),
                ["cost", var files] => Cost(FigureFile.Matching(folder, files)),
                _ => throw new InvalidDataException($"There are no figures '{section.Groups["what"].Value}'."),
            };
            return $"{section.Groups["begin"].Value}\n{table}{section.Groups["end"].Value}";
        });
    }

    private static string Models(IReadOnlyList<FigureFile> files, string[] columns)
    {
        var rows = files.SelectMany(file => file.Models)
            .GroupBy(model => (model.Name, model.Lag))
            .Select(runs => (Title: runs.Key.Lag == 0 ? runs.Key.Name ?? "" : $"{runs.Key.Name}, {runs.Key.Lag} late", Runs: runs.ToList()))
            .OrderByDescending(row => row.Runs.Average(run => run[columns[0]]));
        var table = new StringBuilder().Append(Row(["model", .. columns, "fit, s", "runs"])).Append(Rule(columns.Length + 3));
        foreach (var (title, runs) in rows)
        {
            table.Append(Row([title, .. columns.Select(column => Range(runs, run => run[column])), Seconds(runs.Average(run => run.FitSeconds)), $"{runs.Count}"]));
        }

        return table.ToString();
    }

    private static string Ratings(IReadOnlyList<FigureFile> files, string[] columns)
    {
        var table = new StringBuilder().Append(Row(["model", .. columns])).Append(Rule(columns.Length + 1));
        foreach (var runs in files.SelectMany(file => file.Models).GroupBy(model => model.Model))
        {
            table.Append(Row([runs.Key ?? "", .. columns.Select(column => runs.Average(run => run.Figure(column).Mean) is { } mean
                ? $"{Digits(mean)} ± {Digits(runs.Average(run => run.Figure(column).Deviation) ?? 0)}"
                : "–")]));
        }

        return table.ToString();
    }

    private static string Without(IReadOnlyList<FigureFile> files, FigureFile whole, string[] columns)
    {
        var reference = whole.Models[0];
        var table = new StringBuilder().Append(Row(["without", .. columns])).Append(Rule(columns.Length + 1))
            .Append(Row(["nothing", .. columns.Select(column => Digits(reference[column]))]));
        foreach (var file in files.OrderBy(file => file.Models[0][columns[0]]))
        {
            var name = file.FileName[(file.FileName.LastIndexOf('-') + 1)..];
            table.Append(Row([name, .. columns.Select(column => $"{Digits(file.Models[0][column])} ({Change(file.Models[0][column] - reference[column])})")]));
        }

        return table.ToString();
    }

    private static string Cost(IReadOnlyList<FigureFile> files)
    {
        var table = new StringBuilder().Append(Row(["data", "actions", "refit with search, s", "answer, ms", "memory at most, GB"])).Append(Rule(5));
        foreach (var runs in files.GroupBy(file => file.DataSet))
        {
            table.Append(Row(
            [
                runs.Key,
                runs.First().Trained.ToString("N0", CultureInfo.InvariantCulture),
                Seconds(runs.Average(run => run.Models[0].FitSeconds)),
                runs.Average(run => 1000 * run.Models[0].ReplaySeconds / run.Models[0].Questions).ToString("F2", CultureInfo.InvariantCulture),
                (runs.Max(run => run.PeakMegabytes) / 1000).ToString("F1", CultureInfo.InvariantCulture),
            ]));
        }

        return table.ToString();
    }

    private static string Range(List<FigureModel> runs, Func<FigureModel, double> of) => runs.Count == 1 || runs.Max(of) - runs.Min(of) < .00005
        ? Digits(runs.Average(of))
        : $"{Digits(runs.Average(of))} ({Digits(runs.Min(of))}–{Digits(runs.Max(of))})";

    private static string Digits(double value)
    {
        var digits = value.ToString("F4", CultureInfo.InvariantCulture);
        return digits.StartsWith("0.", StringComparison.Ordinal) ? digits[1..] : digits;
    }

    private static string Change(double value) => $"{(value < 0 ? "−" : "+")}{Digits(Math.Abs(value))}";

    private static string Seconds(double value) => value.ToString(value < 10 ? "F1" : "F0", CultureInfo.InvariantCulture);

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    private static string Rule(int columns) => $"|{string.Concat(Enumerable.Repeat("---|", columns))}\n";

    [GeneratedRegex(@"(?<begin><!-- figures (?<what>[^>]*?) -->)\n.*?(?<end><!-- end -->)", RegexOptions.Singleline)]
    private static partial Regex Section();
}
