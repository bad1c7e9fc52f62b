[assembly: AssemblyFixture(typeof(RecActors.Redis.RedisServers))]

namespace RecActors.Redis;

/// <summary>Servers that tests share, each with keys of its own: one alone, and a cluster of six. Started at first use.</summary>
public sealed class RedisServers : IAsyncLifetime
{
    private const int ClusterNodes = 6;

    private readonly Lazy<Task<RedisServer>> _single = new(() => RedisServer.StartAsync());
    private readonly Lazy<Task<RedisServer[]>> _cluster = new(StartClusterAsync);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_single.IsValueCreated)
        {
            await (await _single.Value).DisposeAsync();
        }

        if (_cluster.IsValueCreated)
        {
            foreach (var node in await _cluster.Value)
            {
                await node.DisposeAsync();
            }
        }
    }

    /// <summary>The server that is alone.</summary>
    internal Task<RedisServer> SingleAsync()
    {
        RedisServer.RequireInstalled();
        return _single.Value;
    }

    /// <summary>Connection string of three primaries with a replica each.</summary>
    internal async Task<string> ClusterAsync()
    {
        RedisServer.RequireInstalled();
        return string.Join(',', (await _cluster.Value).Select(node => node.Endpoint));
    }

    private static async Task<RedisServer[]> StartClusterAsync()
    {
        var nodes = new RedisServer[ClusterNodes];
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = await RedisServer.StartAsync("--cluster-enabled", "yes", "--cluster-node-timeout", "5000");
        }

        var made = await RedisServer.CliAsync(
            ["--cluster", "create", .. nodes.Select(node => node.Endpoint), "--cluster-replicas", "1", "--cluster-yes"]);
        Assert.Contains("All 16384 slots covered", made, StringComparison.Ordinal);
        foreach (var node in nodes)
        {
            // Each node learns on its own that the slots are covered.
            while (!(await node.CommandAsync("CLUSTER", "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }

        return nodes;
    }
}
