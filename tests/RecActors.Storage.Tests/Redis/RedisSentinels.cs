namespace RecActors.Redis;

/// <summary>A primary with replicas that three sentinels watch over: two of them agree within seconds that it is dead, and promote a replica.</summary>
internal sealed class RedisSentinels : IAsyncDisposable
{
    private const string Service = "recactors";
    private const int Sentinels = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // Replicas that come back are level at once.
    private static readonly string[] Settings = ["--repl-diskless-sync-delay", "0"];

    private readonly List<RedisServer> _servers = [];
    private readonly List<RedisServer> _sentinels = [];

    /// <summary>What StackExchange.Redis is told: it asks the sentinels for the primary.</summary>
    public string ConnectionString => string.Join(',', _sentinels.Select(sentinel => sentinel.ConnectionString)) + ",serviceName=" + Service;

    /// <summary>Starts all of them; returns when the replicas are level and the sentinels know one another.</summary>
    public static async Task<RedisSentinels> StartAsync(int replicas, CancellationToken cancellationToken)
    {
        var sentinels = new RedisSentinels();
        try
        {
            var primary = await RedisServer.StartAsync(cancellationToken, Settings);
            sentinels._servers.Add(primary);
            while (sentinels._servers.Count <= replicas)
            {
                sentinels._servers.Add(await RedisServer.StartAsync(cancellationToken, [.. Settings, "--replicaof", $"127.0.0.1 {primary.Port}"]));
            }

            await sentinels.WaitForReplicasAsync(primary, cancellationToken);
            while (sentinels._sentinels.Count < Sentinels)
            {
                sentinels._sentinels.Add(await RedisServer.StartSentinelAsync(
                    cancellationToken,
                    $"sentinel monitor {Service} 127.0.0.1 {primary.Port} 2",
                    $"sentinel down-after-milliseconds {Service} 1000",
                    $"sentinel failover-timeout {Service} 5000",
                    $"sentinel parallel-syncs {Service} {replicas}"));
            }

            foreach (var sentinel in sentinels._sentinels)
            {
                while (!(await sentinel.CommandAsync("INFO", "sentinel")).Contains($"slaves={replicas},sentinels={Sentinels}", StringComparison.Ordinal))
                {
                    await Task.Delay(Pause, cancellationToken);
                }
            }

            return sentinels;
        }
        catch
        {
            await sentinels.DisposeAsync();
            throw;
        }
    }

    /// <summary>The server that the sentinels call the primary.</summary>
    public async Task<RedisServer> PrimaryAsync()
    {
        var answer = await _sentinels[^1].CommandAsync("SENTINEL", "GET-MASTER-ADDR-BY-NAME", Service);
        return _servers.Single(server => answer.Contains($"{server.Port}", StringComparison.Ordinal));
    }

    /// <summary>Waits until the sentinels have another primary.</summary>
    public async Task<RedisServer> FailoverAsync(RedisServer from, CancellationToken cancellationToken)
    {
        while (true)
        {
            var primary = await PrimaryAsync();
            if (primary != from && (await primary.CommandAsync("ROLE")).StartsWith("master", StringComparison.Ordinal))
            {
                return primary;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Has the sentinels keep the primary that they have, however late it answers.</summary>
    public async Task KeepPrimaryAsync()
    {
        foreach (var sentinel in _sentinels)
        {
            Assert.Equal("OK", (await sentinel.CommandAsync("SENTINEL", "SET", Service, "down-after-milliseconds", "3600000")).Trim());
        }
    }

    /// <summary>Waits until a primary has all the others as replicas, level with it.</summary>
    public async Task WaitForReplicasAsync(RedisServer primary, CancellationToken cancellationToken)
    {
        while ((await primary.CommandAsync("INFO", "replication")).Split("state=online").Length < _servers.Count)
        {
            await Task.Delay(Pause, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _sentinels.Concat(_servers))
        {
            await server.DisposeAsync();
        }
    }
}
