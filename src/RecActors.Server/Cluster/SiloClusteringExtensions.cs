using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence;
using Orleans.Storage;
using RecActors.Cluster;
using RecActors.Hosting;

namespace Orleans.Hosting;

/// <summary>Says where a silo finds the others, and where grain state and reminders are.</summary>
internal static class SiloClusteringExtensions
{
    /// <summary>A cluster of one over the embedded storage, on loopback ports of the system's choice: any number of servers run on a machine.</summary>
    public static ISiloBuilder UseDataFolder(this ISiloBuilder silo, Node node)
    {
        var ports = LoopbackPorts.Take(2);
        return silo
            .UseLocalhostClustering(ports[0], ports[1], serviceId: node.Options.ServiceId, clusterId: node.Options.ClusterId)
            .UseInMemoryReminderService()
            .AddSqliteGrainStorage(GrainStorageNames.State);
    }

    /// <summary>One silo of those that share a Redis.</summary>
    public static ISiloBuilder UseCluster(this ISiloBuilder silo, Node node)
    {
        var address = ClusterAddress.Of(node);
        silo.Configure<SiloOptions>(options => options.SiloName = node.Name)
            .ConfigureEndpoints(address.Address, address.SiloPort, address.ClientPort, listenOnAnyHostAddress: !IPAddress.IsLoopback(address.Address))
            .UseRedisClustering(_ => { })
            .UseRedisReminderService(_ => { })
            .AddRedisGrainStorage(GrainStorageNames.State, StoreInBinary);
        silo.Services.AddClusterIdentity(node).AddSharedRedis().AddMembershipTuning();
        return silo;
    }

    private static void StoreInBinary(OptionsBuilder<RedisStorageOptions> options) =>
        options.Configure<Serialization.Serializer>((storage, serializer) =>
        {
            storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
            storage.DeleteStateOnClear = true;
        });
}
