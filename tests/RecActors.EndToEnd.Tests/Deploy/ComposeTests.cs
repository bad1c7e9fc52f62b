using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace RecActors.Deploy;

/// <summary>The compose file, with its anchors and merges resolved.</summary>
public sealed class ComposeTests
{
    private static readonly IReadOnlyDictionary<string, Service> Services = Read();

    [Fact]
    public void Services_Images_AreNamedWithAVersion() =>
        Assert.All(Services, service => Assert.Matches(":[v0-9]", service.Value.Image));

    [Fact]
    public void Services_Cluster_IsRedisThreeSilosATrainerAndAGateway()
    {
        Assert.Equal(["gateway", "redis", "silo-1", "silo-2", "silo-3", "trainer"], Services.Where(service => service.Value.Profiles.Count == 0).Select(service => service.Key).Order());
        Assert.Equal(3, Services.Values.Count(service => service.Command.Contains("serve") && service.Command.Contains("--roles") && service.Command.Last(word => word != "--json-logs") == "serve"));
        Assert.Equal(["collector", "grafana", "prometheus"], Services.Where(service => service.Value.Profiles.Contains("telemetry")).Select(service => service.Key).Order());
    }

    [Fact]
    public void Services_Ports_AreOnlyTheApiAndALocalGrafana() =>
        Assert.Equal(["127.0.0.1:3000:3000", "127.0.0.1:8088:8088"], Services.Values.SelectMany(service => service.Ports).Order());

    [Fact]
    public void Services_Health_OfRedisAndTheGatewayIsChecked()
    {
        Assert.NotEmpty(Services["redis"].Healthcheck!.Test);
        Assert.Contains(Services["gateway"].Healthcheck!.Test, word => word.EndsWith("/api/health/ready", StringComparison.Ordinal));
        Assert.All(Ours, service => Assert.Equal("service_healthy", service.Value.DependsOn["redis"]["condition"]));
    }

    [Fact]
    public void Redis_Data_AreSyncedNeverEvictedAndOnAVolume()
    {
        var redis = Services["redis"];
        Assert.Equal(["redis-server", "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"], redis.Command);
        Assert.Contains("redis:/data", redis.Volumes);
    }

    [Fact]
    public void Services_OfOurs_AreReadOnlyAndHaveNoCapabilities() => Assert.All(Ours, service =>
    {
        Assert.True(service.Value.ReadOnly);
        Assert.Equal(["ALL"], service.Value.CapDrop);
    });

    [Fact]
    public void Services_Mounts_AreFilesThatExist() => Assert.All(
        Services.Values.SelectMany(service => service.Volumes).Where(volume => volume.StartsWith('.')),
        volume => Assert.True(Path.Exists(DeployFolder.PathOf("compose", volume.Split(':')[0])), volume));

    private static IEnumerable<KeyValuePair<string, Service>> Ours => Services.Where(service => service.Value.Image.StartsWith("recactors/", StringComparison.Ordinal));

    private static Dictionary<string, Service> Read()
    {
        var parser = new MergingParser(new Parser(new StringReader(DeployFolder.Read("compose", "compose.yaml"))));
        var deserializer = new DeserializerBuilder().IgnoreUnmatchedProperties().Build();
        return deserializer.Deserialize<ComposeFile>(parser).Services;
    }

    private sealed class ComposeFile
    {
        [YamlMember(Alias = "services")]
        public Dictionary<string, Service> Services { get; set; } = [];
    }

    private sealed class Service
    {
        [YamlMember(Alias = "image")]
        public string Image { get; set; } = "";

        [YamlMember(Alias = "command")]
        public List<string> Command { get; set; } = [];

        [YamlMember(Alias = "profiles")]
        public List<string> Profiles { get; set; } = [];

        [YamlMember(Alias = "ports")]
        public List<string> Ports { get; set; } = [];

        [YamlMember(Alias = "volumes")]
        public List<string> Volumes { get; set; } = [];

        [YamlMember(Alias = "environment")]
        public Dictionary<string, string> Environment { get; set; } = [];

        [YamlMember(Alias = "depends_on")]
        public Dictionary<string, Dictionary<string, string>> DependsOn { get; set; } = [];

        [YamlMember(Alias = "healthcheck")]
        public Health? Healthcheck { get; set; }

        [YamlMember(Alias = "read_only")]
        public bool ReadOnly { get; set; }

        [YamlMember(Alias = "cap_drop")]
        public List<string> CapDrop { get; set; } = [];
    }

    private sealed class Health
    {
        [YamlMember(Alias = "test")]
        public List<string> Test { get; set; } = [];
    }
}
