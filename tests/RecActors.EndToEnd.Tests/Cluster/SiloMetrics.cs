using System.Globalization;
using System.Text.RegularExpressions;
using RecActors.Processes;

namespace RecActors.Cluster;

/// <summary>What a silo says of itself at <c>/metrics</c>. To ask for a metric that it does not have is an error, not a zero.</summary>
internal sealed partial class SiloMetrics
{
    private const string Grains = "orleans_catalog_activations";
    private const string GrainType = "grain_type";

    private readonly List<(string Name, string Labels, double Value)> _series;

    private SiloMetrics(string scrape)
    {
        _series = [.. Series().Matches(scrape).Select(match => (
            match.Groups["name"].Value, match.Groups["labels"].Value, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture)))];
    }

    /// <summary>Users that are active on the silo.</summary>
    public int Users => (int)Of(Grains).Where(series => series.Labels.Contains($"{GrainType}=\"user\"", StringComparison.Ordinal)).Sum(series => series.Value);

    /// <summary>Items in the silo's replica.</summary>
    public int Items => (int)Of("recactors_catalog_items").Sum(series => series.Value);

    public static async Task<SiloMetrics> ReadAsync(ClusterNode silo, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        return new SiloMetrics(await http.GetStringAsync(new Uri(silo.Address, "/metrics"), cancellationToken));
    }

    /// <summary>True when grains of a type have been active on the silo.</summary>
    public bool HasGrains(string type) => Of(Grains).Any(series => series.Labels.Contains($"{GrainType}=\"{type}\"", StringComparison.Ordinal));

    private List<(string Name, string Labels, double Value)> Of(string name)
    {
        var found = _series.FindAll(series => series.Name == name);
        Assert.True(found.Count > 0, $"There is no metric {name}; there are {string.Join(", ", _series.Select(series => series.Name).Distinct())}.");
        return found;
    }

    [GeneratedRegex(@"^(?<name>\w+)\{(?<labels>[^}]*)\} (?<value>\S+)", RegexOptions.Multiline)]
    private static partial Regex Series();
}
