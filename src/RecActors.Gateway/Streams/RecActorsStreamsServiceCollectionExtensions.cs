using Microsoft.Extensions.Configuration;
using RecActors.Streams;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the way in by a Redis Stream.</summary>
public static class RecActorsStreamsServiceCollectionExtensions
{
    /// <summary>
    /// Adds a consumer of the stream that the section <c>RecActors:Streams</c> names, if it names one, beside <c>AddRecActorsGateway</c>.
    /// </summary>
    /// <param name="services">The gateway's services.</param>
    /// <param name="configuration">The host's.</param>
    /// <param name="consumer">The process's name in the consumer group.</param>
    public static IServiceCollection AddRecActorsStreams(this IServiceCollection services, IConfiguration configuration, string consumer)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<StreamOptions>().BindConfiguration(StreamOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        if (string.IsNullOrEmpty(configuration[$"{StreamOptions.Section}:{nameof(StreamOptions.ConnectionString)}"]))
        {
            return services;
        }

        services.AddSingleton(new StreamConsumerName(consumer));
        services.AddSingleton<StreamMetrics>();
        services.AddSingleton<StreamEntryReader>();
        services.AddHostedService<StreamConsumer>();
        return services;
    }
}
