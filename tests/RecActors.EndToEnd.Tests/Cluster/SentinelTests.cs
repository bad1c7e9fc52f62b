using System.Diagnostics;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>A Redis whose primary dies is replaced by its sentinels, and the cluster goes on.</summary>
[Collection(nameof(OneClusterAtATime))]
public sealed class SentinelTests
{
    private const int ActionsOfEach = 10;

    [Fact(Explicit = true)]
    public async Task Traffic_WhilePrimariesAreKilledAndReplaced_LosesDoublesAndForgetsNothing()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        var redis = await RedisSentinels.StartAsync(replicas: 2, token);
        await using var cluster = ClusterProcesses.Over(redis, redis.ConnectionString, ("RecActors:Redis:ReplicasToWaitFor", "1"));
        cluster.StartSilos(2);
        var gateways = cluster.StartGateways(1);
        await cluster.WaitUntilReadyAsync(token);
        await using var traffic = await ClusterTraffic.StartAsync(gateways, ClusterTests.Users, isPatient: true, token);
        for (var round = 0; round < 2 * ClusterTests.Rounds; round++)
        {
            await GoOnAsync(traffic, token);
            var killed = await redis.PrimaryAsync();
            await killed.KillAsync();
            traffic.Fault();
            var started = Stopwatch.GetTimestamp();
            await redis.FailoverAsync(killed, token);
            ClusterTests.Say($"promoted after {Stopwatch.GetElapsedTime(started).TotalSeconds:F2} s");
            await traffic.EveryUserAnsweredAsync(token);
            ClusterTests.Say($"every user answered {traffic.Report.LongestGap.TotalSeconds:F2} s after the kill");
            await GoOnAsync(traffic, token);
            ClusterTests.Say($"every user acted {ActionsOfEach} times: {traffic.Report}");

            // A process that starts now finds the primary by the sentinels; the one that was killed comes back as a replica.
            await cluster.Start($"silo-{3 + round}", "serve", "--cold-start").Process.WaitUntilReadyAsync(token);
            await killed.StartAgainAsync(token);
            await redis.WaitForReplicasAsync(await redis.PrimaryAsync(), token);
        }

        Assert.All(cluster.Nodes, node => Assert.False(node.Process.HasExited, node.Process.Output));
        await traffic.FinishWithoutFaultAsync(token);
    }

    /// <summary>Waits for more acknowledgements than could be of actions that were sent before.</summary>
    private static async Task GoOnAsync(ClusterTraffic traffic, CancellationToken cancellationToken)
    {
        var enough = traffic.Report.AcknowledgedCount + (ActionsOfEach * ClusterTests.Users);
        await traffic.AcknowledgedAsync(enough, cancellationToken);
    }
}
