using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using RecActors.Cluster;
using RecActors.Hosting;
using RecActors.Redis;
using StackExchange.Redis;
using GatewayOptions = Orleans.Configuration.GatewayOptions;
using GrainStateOptions = Orleans.Persistence.RedisStorageOptions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What silos and clients of one cluster have in common.</summary>
internal static class ClusterServiceCollectionExtensions
{
    public static IServiceCollection AddClusterIdentity(this IServiceCollection services, Node node)
    {
        // The HTTP server answers probes while the process waits for its cluster; the stores are open before either starts.
        services.Configure<HostOptions>(options => options.ServicesStartConcurrently = true);
        services.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (node.Options.ClusterId, node.Options.ServiceId));
        services.AddOptions<MembershipTuning>().BindConfiguration(MembershipTuning.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<GatewayOptions>().Configure<IOptions<MembershipTuning>>((gateways, tuning) =>
            gateways.GatewayListRefreshPeriod = tuning.Value.ClientRefresh);
        return services;
    }

    /// <summary>Gives Orleans the connection of the stores, so that a process has one.</summary>
    public static IServiceCollection AddSharedRedis(this IServiceCollection services)
    {
        services.AddOptions<RedisClusteringOptions>().Configure<RedisConnection>((options, redis) =>
            (options.ConfigurationOptions, options.CreateMultiplexer) = (redis.Configuration, _ => ShareAsync(redis)));
        services.AddOptions<RedisReminderTableOptions>().Configure<RedisConnection>((options, redis) =>
            (options.ConfigurationOptions, options.CreateMultiplexer) = (redis.Configuration, _ => ShareAsync(redis)));
        services.AddOptions<GrainStateOptions>(GrainStorageNames.State).Configure<RedisConnection>((options, redis) =>
            (options.ConfigurationOptions, options.CreateMultiplexer) = (redis.Configuration, _ => ShareAsync(redis)));
        return services;

        static async Task<(IConnectionMultiplexer Connection, bool IsShared)> ShareAsync(RedisConnection redis)
        {
            // In a silo the stores have connected already; a gateway process has none, and connects here, while its probes answer.
            await redis.ConnectAsync(CancellationToken.None);
            return (redis.Multiplexer, true);
        }
    }

    public static IServiceCollection AddMembershipTuning(this IServiceCollection services)
    {
        services.AddOptions<ClusterMembershipOptions>().Configure<IOptions<MembershipTuning>, Node>((membership, tuning, node) =>
        {
            membership.ProbeTimeout = tuning.Value.ProbeTimeout;
            membership.MinProbeTimeout = tuning.Value.MinProbeTimeout;
            membership.MaxProbeTimeout = tuning.Value.MaxProbeTimeout;
            membership.NumMissedProbesLimit = tuning.Value.MissedProbes;
            membership.NumVotesForDeathDeclaration = tuning.Value.Votes;
            membership.EnableConnectionLivenessCheck = tuning.Value.MessagesAreSignsOfLife;
            membership.IAmAliveTablePublishTimeout = tuning.Value.Heartbeat;
            membership.TableRefreshTimeout = tuning.Value.TableRefresh;
            membership.MaxJoinAttemptTime = node.Options.StartTimeout;
        });
        return services;
    }
}
