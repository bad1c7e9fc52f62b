using System.Text.Json;
using RecActors.Api;
using RecActors.Architecture;
using RecActors.Processes;
using YamlDotNet.Serialization;

namespace RecActors.Deploy;

/// <summary>Alerts, dashboards and what autoscalers read, against what a real server measures.</summary>
public sealed class TelemetryTests
{
    // Prometheus adds these itself, or its configuration here does.
    private static readonly string[] ScrapeLabels = ["job", "instance", "component", "namespace", "pod", "le"];

    [Fact]
    public async Task Expressions_Series_AreMeasuredByTheProduct()
    {
        var (scraped, labels) = MetricNames.OfScrape(await ScrapeAsync(TestContext.Current.CancellationToken));
        var product = MetricNames.OfProduct();
        Assert.Empty(scraped.Where(name => name.StartsWith("recactors_", StringComparison.Ordinal)).Except(product));

        HashSet<string> series = [.. scraped, .. product, .. MetricNames.OfOrleans(), "up"];
        var sources = string.Concat(SourceTree.CSharpFiles().Where(path => path.StartsWith("src/", StringComparison.Ordinal)).Select(path => File.ReadAllText(Path.Combine(SourceTree.Root, path))));
        var expressions = Alerts().Select(alert => new Expression(alert.Alert, alert.Expr)).Concat(DashboardExpressions()).ToList();

        Assert.NotEmpty(expressions);
        Assert.Empty(expressions.SelectMany(expression => expression.Series.Where(name => !series.Contains(name)).Select(name => $"{expression.Where}: {name}")));
        Assert.Empty(expressions.SelectMany(expression => expression.Labels
            .Where(label => !labels.Contains(label) && !ScrapeLabels.Contains(label) && !sources.Contains($"\"{label}\"", StringComparison.Ordinal))
            .Select(label => $"{expression.Where}: {label}")));
    }

    [Fact]
    public void Alerts_EachOfThem_SaysWhatHappensAndWhatToDo() => Assert.All(Alerts(), alert =>
    {
        Assert.Contains(alert.Labels["severity"], new[] { "page", "ticket" });
        Assert.NotEmpty(alert.Annotations["summary"]);
        Assert.NotEmpty(alert.Annotations["action"]);
    });

    [Fact]
    public void Durations_Buckets_TellMillisecondsApart()
    {
        using var meter = new System.Diagnostics.Metrics.Meter("RecActors.Sample");

        Assert.NotNull(Telemetry.DurationBuckets.Of(meter.CreateHistogram<double>("recactors.sample.duration", "s")));
        Assert.Null(Telemetry.DurationBuckets.Of(meter.CreateHistogram<int>("recactors.sample.size", "{action}")));
    }

    [Theory]
    [InlineData("prometheus.yaml")]
    [InlineData("scrape-kubernetes.yaml")]
    public void Scrapes_EachOfThem_CarryAKeyFromAFile(string file)
    {
        var configuration = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(DeployFolder.Read("telemetry", file));
        Assert.All(
            ((List<object>)configuration["scrape_configs"]).Cast<Dictionary<object, object>>(),
            job => Assert.StartsWith("/", (string)((Dictionary<object, object>)job["authorization"])["credentials_file"], StringComparison.Ordinal));
    }

    [Fact]
    public void Configurations_OfCollectorPrometheusAndGrafana_NameFilesThatExist()
    {
        Assert.Contains("rule_files: [alerts.yaml]", DeployFolder.Read("telemetry", "prometheus.yaml"), StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(DeployFolder.PathOf("telemetry"), "*.yaml", SearchOption.AllDirectories))
        {
            Assert.NotNull(new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(File.ReadAllText(file)));
        }

        var collector = new DeserializerBuilder().Build().Deserialize<Dictionary<string, Dictionary<string, object>>>(DeployFolder.Read("telemetry", "collector.yaml"));
        var pipelines = ((Dictionary<object, object>)collector["service"]["pipelines"]).Values.Cast<Dictionary<object, object>>();
        Assert.All(pipelines, pipeline => Assert.All(
            new[] { "receivers", "processors", "exporters" },
            part => Assert.Empty(((List<object>)pipeline[part]).Select(name => (string)name).Except(collector[part].Keys))));
    }

    private static async Task<string> ScrapeAsync(CancellationToken cancellationToken)
    {
        using var folder = new DataFolder();
        await using var server = await ServerProcess.ServeAsync(folder.Path, cancellationToken, "--cold-start");
        using var site = new ApiClient(server.Address);
        await site.PostFeedbackAsync(cancellationToken, new FeedbackJson("like", "ann", "1"), new FeedbackJson("like", "bob", "2"));
        await site.RecommendAsync("ann", 10, cancellationToken);
        return await site.Http.GetStringAsync("/metrics", cancellationToken);
    }

    private static List<AlertRule> Alerts() => [.. new DeserializerBuilder().WithNamingConvention(YamlDotNet.Serialization.NamingConventions.CamelCaseNamingConvention.Instance).Build()
        .Deserialize<RuleFile>(DeployFolder.Read("telemetry", "alerts.yaml")).Groups.SelectMany(group => group.Rules)];

    private static IEnumerable<Expression> DashboardExpressions() =>
        from file in Directory.EnumerateFiles(DeployFolder.PathOf("telemetry", "grafana", "dashboards"), "*.json")
        from panel in JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("panels").EnumerateArray()
        from target in panel.GetProperty("targets").EnumerateArray()
        select new Expression($"{Path.GetFileName(file)} '{panel.GetProperty("title").GetString()}'", target.GetProperty("expr").GetString()!);

    private sealed class RuleFile
    {
        public List<RuleGroup> Groups { get; set; } = [];
    }

    private sealed class RuleGroup
    {
        public string Name { get; set; } = "";

        public List<AlertRule> Rules { get; set; } = [];
    }

    private sealed class AlertRule
    {
        public string Alert { get; set; } = "";

        public string Expr { get; set; } = "";

        public string For { get; set; } = "";

        public Dictionary<string, string> Labels { get; set; } = [];

        public Dictionary<string, string> Annotations { get; set; } = [];
    }
}
