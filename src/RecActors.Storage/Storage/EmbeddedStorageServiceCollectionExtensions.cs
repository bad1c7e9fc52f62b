using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the embedded storage.</summary>
public static class EmbeddedStorageServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="EmbeddedStorage"/> over a data folder and the ports it implements: the user journal, the catalog
    /// store, the bundle store and snapshots for the start. The folder is opened when the host starts, before its other services.
    /// </summary>
    /// <exception cref="DataFolderException">(From the host's start.) The folder is in use, corrupt or of a newer format.</exception>
    public static IServiceCollection AddRecActorsEmbeddedStorage(
        this IServiceCollection services, string dataFolder, Action<EmbeddedStorageOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataFolder);
        services.AddOptions<EmbeddedStorageOptions>()
            .Configure(options => options.DataFolder = dataFolder)
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .Validate(
                options => options.MaxTailEntries >= options.CheckpointEntries,
                $"{nameof(EmbeddedStorageOptions.MaxTailEntries)} is at least {nameof(EmbeddedStorageOptions.CheckpointEntries)}.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => EmbeddedStorage.Open(
            provider.GetRequiredService<IOptions<EmbeddedStorageOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILogger<EmbeddedStorage>>()));
        services.TryAddSingleton(provider => provider.GetRequiredService<EmbeddedStorage>().Journal);
        services.TryAddSingleton(provider => provider.GetRequiredService<EmbeddedStorage>().Catalog);
        services.TryAddSingleton(provider => provider.GetRequiredService<EmbeddedStorage>().Bundles);
        services.TryAddSingleton(provider => provider.GetRequiredService<EmbeddedStorage>().Erasures);
        services.TryAddSingleton(provider => provider.GetRequiredService<EmbeddedStorage>().Snapshots);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, EmbeddedStorageStartup>(provider =>
            new EmbeddedStorageStartup(new Lazy<EmbeddedStorage>(provider.GetRequiredService<EmbeddedStorage>))));
        return services;
    }
}
