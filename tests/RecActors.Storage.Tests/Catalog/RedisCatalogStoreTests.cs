using RecActors.Redis;

namespace RecActors.Catalog;

public class RedisCatalogStoreTests(RedisServers servers) : CatalogStoreContract, IAsyncDisposable
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

    protected override async Task<ICatalogStore> CatalogAsync()
    {
        var instance = await RedisInstance.StartAsync(await ConnectionStringAsync(), _prefix);
        _instances.Add(instance);
        return instance.Catalog;
    }

    protected override Task<ICatalogStore> AgainAsync() => CatalogAsync();
}

/// <summary>The same by a Redis Cluster of six processes.</summary>
public sealed class RedisClusterCatalogStoreTests(RedisServers servers) : RedisCatalogStoreTests(servers)
{
    protected override Task<string> ConnectionStringAsync() => Servers.ClusterAsync();
}
