using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using RecActors.GrainState;
using RecActors.Storage;

namespace Orleans.Hosting;

/// <summary>Registers grain storage in the embedded storage's database.</summary>
public static class SqliteGrainStorageSiloBuilderExtensions
{
    /// <summary>
    /// Stores grain state under a provider name in the data folder of <c>AddRecActorsEmbeddedStorage</c>, which must be
    /// registered as well.
    /// </summary>
    public static ISiloBuilder AddSqliteGrainStorage(
        this ISiloBuilder builder, string name, Action<SqliteGrainStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Services.AddOptions<SqliteGrainStorageOptions>(name)
            .Configure<Serialization.Serializer>((options, serializer) =>
                options.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer))
            .Configure(options => configure?.Invoke(options));
        builder.Services.AddGrainStorage(name, Create);
        return builder;
    }

    /// <summary>The same, as the provider that grains get when they name none.</summary>
    public static ISiloBuilder AddSqliteGrainStorageAsDefault(
        this ISiloBuilder builder, Action<SqliteGrainStorageOptions>? configure = null) =>
        builder.AddSqliteGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configure);

    private static SqliteGrainStorage Create(IServiceProvider services, string name) => new(
        name,
        services.GetRequiredService<EmbeddedStorage>().Database,
        services.GetRequiredService<IOptionsMonitor<SqliteGrainStorageOptions>>().Get(name).GrainStorageSerializer,
        services.GetRequiredService<IActivatorProvider>());
}
