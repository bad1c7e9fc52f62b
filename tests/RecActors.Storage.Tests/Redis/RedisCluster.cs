using System.Globalization;

namespace RecActors.Redis;

/// <summary>A real Redis Cluster: three primaries with a replica each.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Nodes = 6;

    private readonly List<RedisServer> _nodes = [];

    /// <summary>What StackExchange.Redis is told.</summary>
    public string ConnectionString => string.Join(',', _nodes.Select(node => node.ConnectionString));

    /// <summary>Starts the servers and returns when each of them says that the cluster works.</summary>
    public static async Task<RedisCluster> StartAsync(CancellationToken cancellationToken)
    {
        var cluster = new RedisCluster();
        try
        {
            while (cluster._nodes.Count < Nodes)
            {
                cluster._nodes.Add(await RedisServer.StartAsync(
                    cancellationToken, "--cluster-enabled", "yes", "--cluster-port", RedisServer.FreePort().ToString(CultureInfo.InvariantCulture)));
            }

            var made = await RedisServer.CliAsync(
                ["--cluster", "create", .. cluster._nodes.Select(node => node.ConnectionString), "--cluster-replicas", "1", "--cluster-yes"]);
            Assert.Contains("All 16384 slots covered", made, StringComparison.Ordinal);
            foreach (var node in cluster._nodes)
            {
                // Each node learns on its own that the slots are covered.
                while (!(await node.CommandAsync("CLUSTER", "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
                }
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }
}
