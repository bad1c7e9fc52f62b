using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RecActors.Catalog;
using RecActors.Erasure;
using RecActors.Journal;
using RecActors.Models;
using StackExchange.Redis;

namespace RecActors.Redis;

/// <summary>The storage of one process, as a host makes it.</summary>
internal sealed class RedisInstance : IAsyncDisposable
{
    /// <summary>Limits that no test is about: on a machine that others keep busy everything takes longer. Whoever asks for a limit sets it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ServiceProvider _services;

    private RedisInstance(ServiceProvider services, string prefix) => (_services, Prefix) = (services, prefix);

    /// <summary>What its keys begin with.</summary>
    public string Prefix { get; }

    public IUserJournal Journal => _services.GetRequiredService<IUserJournal>();

    public ICatalogStore Catalog => _services.GetRequiredService<ICatalogStore>();

    public IBundleStore Bundles => _services.GetRequiredService<IBundleStore>();

    public IErasureStore Erasures => _services.GetRequiredService<IErasureStore>();

    public RedisConnection Connection => _services.GetRequiredService<RedisConnection>();

    public RedisDurability Durability => _services.GetRequiredService<RedisDurability>();

    /// <summary>Starts the storage of a process.</summary>
    /// <param name="connectionString">Where Redis is.</param>
    /// <param name="keyPrefix">The installation; a new one of the test's own when there is none.</param>
    /// <param name="configure">Other options.</param>
    /// <param name="client">What connection strings cannot say to the client.</param>
    public static async Task<RedisInstance> StartAsync(
        string connectionString, string? keyPrefix = null, Action<RedisStorageOptions>? configure = null, Action<ConfigurationOptions>? client = null)
    {
        keyPrefix ??= NewPrefix();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddLogging();
        services.AddRecActorsRedisStorage(options =>
        {
            options.ConnectionString = connectionString;
            options.KeyPrefix = keyPrefix;
            options.Partitions = 16;
            options.StartTimeout = TimeSpan.Zero;
            options.OperationTimeout = Patience;
            options.ReplicaTimeout = Patience / 2;
            configure?.Invoke(options);
        });
        var provider = services.BuildServiceProvider();
        try
        {
            client?.Invoke(provider.GetRequiredService<RedisConnection>().Configuration);
            await provider.GetServices<IHostedService>().OfType<RedisStorageStartup>().Single().StartingAsync(default);
            return new RedisInstance(provider, keyPrefix);
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
