using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>
/// Everything that may happen to a cluster, one thing after the other under load, and what each costs its users: <c>tests/chaos</c>
/// runs it and prints the table. The tests beside it assert the same counts one fault at a time.
/// </summary>
public sealed class Chaos
{
    private const string Silo = "serve,gateway";
    private const int AnswersBefore = 50;
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(10);

    private readonly List<(string Fault, TimeSpan Recovery)> _recoveries = [];

    [Fact(Explicit = true)]
    public async Task Traffic_ThroughEveryFault_LosesDoublesAndForgetsNothing()
    {
        using var deadline = ClusterTests.Deadline();
        deadline.CancelAfter(TimeSpan.FromMinutes(10 * ClusterTests.Rounds));
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token), ("RecActors:Shutdown:DrainDelay", "00:00:02"));
        var silos = cluster.StartSilos(3, Silo);
        var gateways = cluster.StartGateways(2);
        await cluster.WaitUntilReadyAsync(token);
        await using var traffic = await ClusterTraffic.StartAsync(gateways, ClusterTests.Users, isPatient: true, token);
        await SettleAsync(traffic, token);
        for (var round = 0; round < ClusterTests.Rounds; round++)
        {
            var (killed, hung, restarted) = (silos[round % 3], silos[(round + 1) % 3], silos[(round + 2) % 3]);
            await MeasureAsync("silo killed (-9)", traffic, killed.Process.KillAsync, token);
            await MeasureAsync("silo started again", traffic, () => StartAgainAsync(killed, token), token);
            await MeasureAsync("silo hung (STOP)", traffic, () => hung.Process.SignalAsync("STOP"), token);
            await MeasureAsync("silo resumed (CONT), and asked directly until it ended", traffic, () => ResumeAsync(hung, traffic, token), token);
            await MeasureAsync("silo started again", traffic, () => StartAgainAsync(hung, token), token);
            await MeasureAsync("silo restarted (TERM)", traffic, () => restarted.RestartAsync(token), token);
            await MeasureAsync("silo added", traffic, () => AddAsync(cluster, round, token), token);
            await MeasureAsync("gateway killed (-9) and started again", traffic, () => ReplaceAsync(gateways[round % 2], token), token);
            await MeasureAsync("Redis back after 10 s without", traffic, () => StopRedisAsync(cluster.Redis, token), token);
            await MeasureAsync("Redis with room after 10 s full", traffic, () => FillRedisAsync(cluster.Redis, token), token);
        }

        var report = await traffic.FinishAsync(token);
        foreach (var (fault, recovery) in _recoveries)
        {
            ClusterTests.Say($"{recovery.TotalSeconds,7:F2} s until every user had an answer: {fault}");
        }

        ClusterTests.Say(report.ToString());
        Assert.Empty(report.Failures);
        Assert.Empty(report.Stale);
        Assert.Equal((0, 0), (report.LostCount, report.DoubledCount));
        Assert.True(report.RepliedDirectlyCount > 0, "No silo that was hung said anything before it ended: nothing was learned from asking them.");
    }

    /// <summary>Lets every user act and ask for a while: a process that has just started is slower than one that has been serving.</summary>
    private static async Task SettleAsync(ClusterTraffic traffic, CancellationToken cancellationToken)
    {
        for (var answer = 0; answer < AnswersBefore; answer++)
        {
            traffic.Fault();
            await traffic.EveryUserAnsweredAsync(cancellationToken);
        }
    }

    /// <summary>The clock starts when the fault, or its end, has come to pass.</summary>
    private async Task MeasureAsync(string what, ClusterTraffic traffic, Func<Task> fault, CancellationToken cancellationToken)
    {
        await fault();
        traffic.Fault();
        await traffic.EveryUserAnsweredAsync(cancellationToken);
        _recoveries.Add((what, traffic.Report.LongestGap));
        ClusterTests.Say($"{what}: {traffic.Report}");
    }

    private static async Task StartAgainAsync(ClusterNode node, CancellationToken cancellationToken)
    {
        await node.StartAgainAsync();
        await node.Process.WaitUntilReadyAsync(cancellationToken);
    }

    private static async Task ResumeAsync(ClusterNode silo, ClusterTraffic traffic, CancellationToken cancellationToken)
    {
        using var direct = new ApiClient(silo.Address);
        await silo.Process.SignalAsync("CONT");
        while (!silo.Process.HasExited)
        {
            foreach (var user in traffic.Users)
            {
                await user.AskAndActDirectlyAsync(direct, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static Task AddAsync(ClusterProcesses cluster, int round, CancellationToken cancellationToken) =>
        cluster.Start($"silo-{4 + round}", Silo, "--cold-start").Process.WaitUntilReadyAsync(cancellationToken);

    private static async Task ReplaceAsync(ClusterNode gateway, CancellationToken cancellationToken)
    {
        await gateway.Process.KillAsync();
        await StartAgainAsync(gateway, cancellationToken);
    }

    private static async Task StopRedisAsync(RedisServer redis, CancellationToken cancellationToken)
    {
        await redis.StopAsync();
        await Task.Delay(Outage, cancellationToken);
        await redis.StartAgainAsync(cancellationToken);
    }

    private static async Task FillRedisAsync(RedisServer redis, CancellationToken cancellationToken)
    {
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        await Task.Delay(Outage, cancellationToken);
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
    }
}
