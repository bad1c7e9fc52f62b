using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>An upgrade is not noticed by clients that only go where it is ready.</summary>
[Collection(nameof(OneClusterAtATime))]
public sealed class RollingRestartTests
{
    [Fact]
    public async Task Traffic_WhileEveryProcessIsRestarted_HasNoFailedRequest()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token), ("RecActors:Shutdown:DrainDelay", "00:00:06"));
        cluster.StartSilos(3);
        var gateways = cluster.StartGateways(2);
        await cluster.WaitUntilReadyAsync(token);
        await using var traffic = await ClusterTraffic.StartAsync(gateways, ClusterTests.Users, isPatient: false, token);
        foreach (var node in Enumerable.Repeat(cluster.Nodes, ClusterTests.Rounds).SelectMany(nodes => nodes))
        {
            await node.RestartAsync(token);
            ClusterTests.Say($"restarted {node}: {traffic.Report}");
            traffic.Fault();
            await traffic.EveryUserAnsweredAsync(token);
        }

        await traffic.FinishWithoutFaultAsync(token);
    }
}
