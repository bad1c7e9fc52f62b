using RecActors.Redis;

namespace RecActors.Journal.Redis;

/// <summary>The journal's promises, kept by one Redis server.</summary>
public class RedisJournalContractTests(RedisServers servers) : UserJournalContract, IAsyncDisposable
{
    private readonly List<RedisInstance> _instances = [];
    private readonly string _prefix = RedisInstance.NewPrefix();

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected RedisServers Servers => servers;

    protected virtual async Task<string> ConnectionStringAsync() => (await servers.SingleAsync()).ConnectionString;

    protected virtual void Configure(RedisStorageOptions options)
    {
        options.RangeWindowEntries = 100;
        options.MaxGroupWrites = 50;
    }

    protected override async Task<IUserJournal> JournalAsync()
    {
        var instance = await RedisInstance.StartAsync(await ConnectionStringAsync(), _prefix, Configure);
        _instances.Add(instance);
        return instance.Journal;
    }

    /// <summary>Both processes run: what the first one holds is stale.</summary>
    protected override Task<IUserJournal> AgainAsync() => JournalAsync();
}

/// <summary>The same by a Redis Cluster of six processes.</summary>
public class RedisClusterJournalContractTests(RedisServers servers) : RedisJournalContractTests(servers)
{
    protected override Task<string> ConnectionStringAsync() => Servers.ClusterAsync();
}

/// <summary>The same where every append waits for the replica of its slot.</summary>
public sealed class ReplicatedRedisJournalContractTests(RedisServers servers) : RedisClusterJournalContractTests(servers)
{
    protected override void Configure(RedisStorageOptions options)
    {
        base.Configure(options);
        options.ReplicasToWaitFor = 1;
    }
}
