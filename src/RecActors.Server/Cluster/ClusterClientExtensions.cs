using Microsoft.Extensions.Options;
using Orleans.Configuration;
using RecActors.Cluster;
using RecActors.Dashboard;
using RecActors.Telemetry;

namespace Microsoft.Extensions.Hosting;

/// <summary>Makes a process without a silo a client of those that share its Redis.</summary>
internal static class ClusterClientExtensions
{
    public static void AddClusterClient(this IHostApplicationBuilder builder, Node node)
    {
        builder.Services
            .AddClusterIdentity(node)
            .AddRecActorsRedisConnection()
            .AddSharedRedis()
            .AddSingleton<IClientConnectionRetryFilter, ClusterWait>();
        builder.UseOrleansClient(client =>
        {
            client.UseRedisClustering(_ => { }).AddOperatorDashboard();
            if (TelemetryOptions.Read(builder.Configuration).OtlpEndpoint is not null)
            {
                client.AddActivityPropagation();
            }
        });

        // The gateway bounds every call itself, so this limit must not be the shorter one.
        builder.Services.AddOptions<ClientMessagingOptions>().Configure<IOptions<RecActors.Hosting.GatewayOptions>>((messaging, gateway) =>
            messaging.ResponseTimeout = gateway.Value.AdministrationDeadline);
    }
}
