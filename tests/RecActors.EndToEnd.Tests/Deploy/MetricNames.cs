using System.Reflection;
using System.Text.RegularExpressions;
using RecActors.Architecture;

namespace RecActors.Deploy;

/// <summary>
/// Names of metrics as Prometheus knows them. A counter that has never counted is in no scrape, so definitions in the sources count
/// as well, translated as the exporter translates them.
/// </summary>
internal static partial class MetricNames
{
    private static readonly Dictionary<string, string> Units = new() { ["s"] = "_seconds", ["By"] = "_bytes" };

    /// <summary>Every series that an instrument of ours may become.</summary>
    public static HashSet<string> OfProduct() =>
    [
        .. SourceTree.CSharpFiles()
            .Where(path => path.StartsWith("src/", StringComparison.Ordinal))
            .SelectMany(path => Definition().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, path))))
            .SelectMany(match => SeriesOf(match.Groups["kind"].Value, match.Groups["name"].Value + Units.GetValueOrDefault(match.Groups["unit"].Value, ""))),
    ];

    /// <summary>The counters that Orleans defines, by the names in its own assembly.</summary>
    public static HashSet<string> OfOrleans() =>
    [
        .. typeof(GrainId).Assembly.GetReferencedAssemblies().Append(new AssemblyName("Orleans.Core"))
            .Where(name => name.Name == "Orleans.Core")
            .SelectMany(name => Assembly.Load(name).GetType("Orleans.Runtime.InstrumentNames", throwOnError: true)!.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static))
            .Where(field => field.IsLiteral)
            .SelectMany(field => SeriesOf("Counter", (string)field.GetRawConstantValue()!)),
    ];

    /// <summary>The series and labels of a scrape.</summary>
    public static (HashSet<string> Series, HashSet<string> Labels) OfScrape(string text)
    {
        var lines = text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToList();
        return ([.. lines.Select(line => line[..line.IndexOfAny(['{', ' '])])], [.. lines.SelectMany(line => Label().Matches(line)).Select(match => match.Groups[1].Value)]);
    }

    private static IEnumerable<string> SeriesOf(string kind, string name)
    {
        name = name.Replace('.', '_').Replace('-', '_');
        return kind switch
        {
            "Counter" or "ObservableCounter" => [name + "_total"],
            "Histogram" => [name + "_bucket", name + "_sum", name + "_count"],
            _ => [name],
        };
    }

    [GeneratedRegex("""Create(?<kind>Counter|UpDownCounter|Histogram|Gauge|ObservableGauge|ObservableCounter|ObservableUpDownCounter)(<\w+>)?\(\s*"(?<name>[^"]+)",\s*([\w() =>.]+,\s*)?"(?<unit>[^"]*)",""")]
    private static partial Regex Definition();

    [GeneratedRegex("""[{,](\w+)=["]""")]
    private static partial Regex Label();
}
