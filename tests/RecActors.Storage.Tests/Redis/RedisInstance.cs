using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RecActors.Catalog;
using RecActors.Journal;
using RecActors.Models;

namespace RecActors.Redis;

/// <summary>The storage of one process, as a host makes it.</summary>
internal sealed class RedisInstance : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private RedisInstance(ServiceProvider services)
    {
        _services = services;
    }

    public IUserJournal Journal => _services.GetRequiredService<IUserJournal>();

    public ICatalogStore Catalog => _services.GetRequiredService<ICatalogStore>();

    public IBundleStore Bundles => _services.GetRequiredService<IBundleStore>();

    public RedisConnection Connection => _services.GetRequiredService<RedisConnection>();

    public RedisDurability Durability => _services.GetRequiredService<RedisDurability>();

    /// <summary>Starts the storage of a process.</summary>
    /// <param name="connectionString">Where Redis is.</param>
    /// <param name="keyPrefix">The installation; a new one of the test's own when there is none.</param>
    /// <param name="configure">Other options.</param>
    public static async Task<RedisInstance> StartAsync(string connectionString, string? keyPrefix = null, Action<RedisStorageOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddLogging();
        services.AddRecActorsRedisStorage(options =>
        {
            options.ConnectionString = connectionString;
            options.KeyPrefix = keyPrefix ?? NewPrefix();
            options.Partitions = 16;
            options.StartTimeout = TimeSpan.Zero;
            configure?.Invoke(options);
        });
        var provider = services.BuildServiceProvider();
        try
        {
            await provider.GetServices<IHostedService>().OfType<RedisStorageStartup>().Single().StartingAsync(default);
            return new RedisInstance(provider);
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    public static string NewPrefix() => $"t{Guid.NewGuid():N}";

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
