using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RecActors.Attribution;
using RecActors.Calls;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Items;
using RecActors.Json;
using RecActors.OpenApi;
using RecActors.Problems;
using RecActors.Ranking;
using RecActors.Requests;
using RecActors.WebConsole;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the gateway. The endpoints are mapped with <c>MapRecActorsApi</c>.</summary>
public static class RecActorsGatewayServiceCollectionExtensions
{
    /// <summary>
    /// Adds the REST gateway. It reaches the grains through the host's <see cref="IGrainFactory"/> (a silo's or a
    /// client's), and asks the host's <see cref="RecActors.Health.IServingHealth"/> whether it is ready.
    /// </summary>
    public static IServiceCollection AddRecActorsGateway(
        this IServiceCollection services, Action<GatewayOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<GatewayOptions>()
            .BindConfiguration(GatewayOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GatewayMetrics>();
        services.TryAddSingleton<GrainCalls>();
        services.TryAddSingleton<CatalogAdmission>();
        services.TryAddSingleton<FeedbackIngest>();
        services.TryAddSingleton<ItemFeedback>();
        services.TryAddSingleton<WriteBack>();
        services.AddOptions<NamedListsOptions>().BindConfiguration(NamedListsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<AttributionOptions>().BindConfiguration(AttributionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<RecommendationIds>();
        services.TryAddSingleton<OnlineQuality>();
        services.TryAddSingleton<ShownRecommendations>();
        services.TryAddSingleton<OnlineReports>();
        services.AddHostedService(provider => provider.GetRequiredService<OnlineReports>());
        services.AddOpenApi(ApiDescription.Configure);
        services.ConfigureHttpJsonOptions(json =>
        {
            // What the document says of bodies is what the API writes.
            json.SerializerOptions.PropertyNamingPolicy = null;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Wire);
        });
        services.AddRecActorsSecurity();
        services.TryAddSingleton<RequestWindow>();
        services.TryAddSingleton<LiveStatus>();
        services.AddRateLimiter(_ => { });
        services.TryAddSingleton<KeyLimits>();
        services.AddSingleton<IConfigureOptions<RateLimiterOptions>>(provider => provider.GetRequiredService<KeyLimits>());
        services.TryAddSingleton(AdmissionLimitOf);
        services.AddSingleton<IStartupFilter, ProblemStartupFilter>();
        return services;
    }

    private static AdmissionLimit AdmissionLimitOf(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<GatewayOptions>>().Value;
        var limit = new AdmissionLimit(
            options.MaxConcurrentRequests,
            options.MinConcurrentRequests,
            options.LatencyTarget,
            options.OverloadAfter,
            provider.GetRequiredService<TimeProvider>());
        provider.GetRequiredService<GatewayMetrics>().Observe(limit);
        return limit;
    }
}
