using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>The promises hold where the data are spread over the slots of a Redis Cluster.</summary>
[Collection(nameof(OneClusterAtATime))]
public sealed class RedisClusterTests
{
    [Fact]
    public async Task Traffic_OverSixRedisProcessesWhileASiloIsKilled_LosesDoublesAndForgetsNothing()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisCluster.StartAsync(token));
        var silos = cluster.StartSilos(2);
        var gateways = cluster.StartGateways(1);
        await cluster.WaitUntilReadyAsync(token);
        await using var traffic = await ClusterTraffic.StartAsync(gateways, ClusterTests.Users, isPatient: true, token);

        await silos[0].Process.KillAsync();
        traffic.Fault();
        await traffic.EveryUserAnsweredAsync(token);
        await silos[0].StartAgainAsync();
        await silos[0].Process.WaitUntilReadyAsync(token);

        var report = await traffic.FinishWithoutFaultAsync(token);
        Assert.True(report.AcknowledgedCount > ClusterTests.Users);
    }
}
