[assembly: AssemblyFixture(typeof(RecActors.Redis.RedisServers))]

namespace RecActors.Redis;

/// <summary>Servers that tests share, each with keys of its own: one alone, and a cluster of six. Started at first use.</summary>
public sealed class RedisServers : IAsyncLifetime
{
    private readonly Lazy<Task<RedisServer>> _single = new(() => RedisServer.StartAsync(CancellationToken.None));
    private readonly Lazy<Task<RedisCluster>> _cluster = new(() => RedisCluster.StartAsync(CancellationToken.None));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_single.IsValueCreated)
        {
            await (await _single.Value).DisposeAsync();
        }

        if (_cluster.IsValueCreated)
        {
            await (await _cluster.Value).DisposeAsync();
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
        return (await _cluster.Value).ConnectionString;
    }
}
