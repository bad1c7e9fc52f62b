using Microsoft.Extensions.DependencyInjection.Extensions;
using RecActors.Clients;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="IRecActorsClient"/>.</summary>
public static class RecActorsClientServiceCollectionExtensions
{
    /// <summary>Adds the client that calls the silos by the host's Orleans client, which <c>UseOrleansClient</c> adds.</summary>
    public static IServiceCollection AddRecActorsClient(this IServiceCollection services, Action<RecActorsClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddCalls(configure).TryAddSingleton<IRecActorsClient, OrleansRecActorsClient>();
        return services;
    }

    /// <summary>Adds the client that speaks the REST API of a gateway.</summary>
    /// <param name="services">Where.</param>
    /// <param name="address">The gateway's, such as <c>http://localhost:8088</c>.</param>
    /// <param name="apiKey">Sent as <c>X-API-Key</c>; null for none.</param>
    /// <param name="configure">Changes the options.</param>
    public static IServiceCollection AddRecActorsHttpClient(
        this IServiceCollection services, Uri address, string? apiKey = null, Action<RecActorsClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(address);
        services.AddCalls(configure).AddHttpClient<IRecActorsClient, HttpRecActorsClient>(http =>
        {
            http.BaseAddress = address;

            // The calls' own deadline ends an attempt.
            http.Timeout = Timeout.InfiniteTimeSpan;
            if (apiKey is not null)
            {
                http.DefaultRequestHeaders.Add("X-API-Key", apiKey);
            }
        });
        return services;
    }

    private static IServiceCollection AddCalls(this IServiceCollection services, Action<RecActorsClientOptions>? configure)
    {
        services.AddOptions<RecActorsClientOptions>()
            .BindConfiguration(RecActorsClientOptions.Section)
            .Configure(options => configure?.Invoke(options))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ClientCalls>();
        return services;
    }
}
