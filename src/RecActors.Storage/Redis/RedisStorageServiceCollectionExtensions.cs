using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RecActors.Catalog;
using RecActors.Erasure;
using RecActors.Journal;
using RecActors.Journal.Redis;
using RecActors.Models;
using RecActors.Redis;
using RecActors.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the storage in Redis.</summary>
public static class RedisStorageServiceCollectionExtensions
{
    /// <summary>
    /// Registers the user journal, the catalog store and the bundle store over the one <see cref="RedisConnection"/>, which is made
    /// when the host starts, before its other services. Options are bound to the configuration's section <c>RecActors:Redis</c>.
    /// </summary>
    /// <exception cref="RedisStorageException">(From the host's start.) Redis cannot be reached in time, refuses the credentials or holds a newer format.</exception>
    public static IServiceCollection AddRecActorsRedisStorage(this IServiceCollection services, Action<RedisStorageOptions>? configure = null)
    {
        services.AddRecActorsRedisConnection(configure);
        services.TryAddSingleton(provider => new RedisKeys(OptionsOf(provider).KeyPrefix, OptionsOf(provider).Partitions));
        services.TryAddSingleton<StorageTelemetry>();
        services.TryAddSingleton<RedisDurability>();
        services.TryAddSingleton<RedisUserHashes>();
        services.TryAddSingleton<RedisJournal>();
        services.TryAddSingleton<IErasureStore, RedisErasures>();
        services.TryAddSingleton<IUserJournal>(provider => provider.GetRequiredService<RedisJournal>());
        services.TryAddSingleton<ICatalogStore, RedisCatalogStore>();
        services.TryAddSingleton<IBundleStore>(provider => OptionsOf(provider).BundleFolder is { } folder
            ? new FolderBundleStore(folder)
            : ActivatorUtilities.CreateInstance<RedisBundleStore>(provider));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RedisStorageStartup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RedisItemIndexKeeper>());
        return services;
    }

    /// <summary>Registers the <see cref="RedisConnection"/> alone, for a process that stores nothing. <see cref="RedisConnection.ConnectAsync"/> is left to it.</summary>
    public static IServiceCollection AddRecActorsRedisConnection(this IServiceCollection services, Action<RedisStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<RedisStorageOptions>()
            .BindConfiguration(RedisStorageOptions.Section)
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .Validate(
                options => options.ReplicasToWaitFor == 0 || options.ReplicaTimeout < options.OperationTimeout,
                $"{RedisStorageOptions.Section}: {nameof(RedisStorageOptions.ReplicaTimeout)} is below {nameof(RedisStorageOptions.OperationTimeout)}.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RedisConnection>();
        return services;
    }

    private static RedisStorageOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<RedisStorageOptions>>().Value;
}
