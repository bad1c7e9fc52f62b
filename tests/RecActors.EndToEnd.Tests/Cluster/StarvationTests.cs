using System.Diagnostics;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>A machine that has more to do than it can is no reason to declare its silos dead.</summary>
[Collection(nameof(OneClusterAtATime))]
public sealed class StarvationTests
{
    private static readonly int BusyProcesses = 4 * Environment.ProcessorCount;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10 * ClusterTests.Rounds);

    [Fact(Explicit = true)]
    public async Task Traffic_WhileOtherProcessesTakeTheCpu_NoSiloIsDeclaredDead()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token));
        var silos = cluster.StartSilos(3);
        var gateways = cluster.StartGateways(1);
        await cluster.WaitUntilReadyAsync(token);
        await using var traffic = await ClusterTraffic.StartAsync(gateways, ClusterTests.Users, isPatient: true, token);

        await StarveAsync(token);

        Assert.All(silos, silo => Assert.False(silo.Process.HasExited, silo.Process.Output));
        var table = await cluster.Redis.CommandAsync("HVALS", "recactors/members/recactors");
        Assert.Equal(silos.Length, table.Split("\"Status\":3").Length - 1);
        await traffic.FinishWithoutFaultAsync(token);
    }

    private static async Task StarveAsync(CancellationToken cancellationToken)
    {
        var busy = Enumerable.Range(0, BusyProcesses).Select(_ => Process.Start("sh", ["-c", "while :; do :; done"])).ToList();
        try
        {
            await Task.Delay(Length, cancellationToken);
        }
        finally
        {
            foreach (var process in busy)
            {
                process.Kill();
                process.Dispose();
            }
        }
    }
}
