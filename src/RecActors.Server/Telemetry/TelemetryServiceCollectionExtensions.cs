using System.Reflection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using RecActors.Cluster;
using RecActors.Telemetry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers metrics and traces of the whole path, from HTTP to the journal and the trainer.</summary>
internal static class TelemetryServiceCollectionExtensions
{
    private const string Ours = "RecActors.*";

    // Microsoft.Orleans.Runtime's own spans would double every grain call.
    private const string GrainCalls = "Microsoft.Orleans.Application";

    public static IServiceCollection AddRecActorsTelemetry(this IServiceCollection services, IConfiguration configuration, Node node)
    {
        var options = TelemetryOptions.Read(configuration);
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("recactors", serviceVersion: Version, serviceInstanceId: node.Name))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Ours, "Microsoft.Orleans").AddView(DurationBuckets.Of).AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddPrometheusExporter();
                if (options.OtlpEndpoint is { } collector)
                {
                    metrics.AddOtlpExporter(exporter => exporter.Endpoint = collector);
                }
            });

        if (options.OtlpEndpoint is { } endpoint)
        {
            telemetry.WithTracing(traces => traces
                .AddSource(Ours, GrainCalls)
                .AddAspNetCoreInstrumentation()
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TraceRatio)))
                .AddOtlpExporter(exporter => exporter.Endpoint = endpoint));
        }

        return services;
    }

    private static string Version { get; } =
        typeof(TelemetryServiceCollectionExtensions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
