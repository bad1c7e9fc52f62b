using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>Users see their writes, each once, whatever happens to the silos.</summary>
public sealed class FailoverTests
{
    private static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Traffic_WhileSilosAreKilledHungResumedRestartedAndAdded_LosesDoublesAndForgetsNothing()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token), ("RecActors:Shutdown:DrainDelay", "00:00:01"));

        // The silos answer HTTP as well, so that one that was hung can be asked without a gateway in between that knows better.
        var silos = cluster.StartSilos(3, "serve,gateway");
        var gateways = cluster.StartGateways(2);
        await cluster.WaitUntilReadyAsync(token);
        await using var traffic = await ClusterTraffic.StartAsync(gateways, ClusterTests.Users, isPatient: true, token);
        for (var round = 0; round < ClusterTests.Rounds; round++)
        {
            await KillAsync(silos[round % 3], traffic, token);
            await PauseAsync(silos[(round + 1) % 3], traffic, token);
            await HangAsync(silos[(round + 1) % 3], traffic, token);
            await silos[(round + 2) % 3].RestartAsync(token);
        }

        await cluster.Start("silo-4", "serve", "--cold-start").Process.WaitUntilReadyAsync(token);
        traffic.Fault();
        await traffic.EveryUserAnsweredAsync(token);

        var report = await traffic.FinishWithoutFaultAsync(token);
        Assert.True(report.AcknowledgedCount > ClusterTests.Users);
    }

    private static async Task KillAsync(ClusterNode silo, ClusterTraffic traffic, CancellationToken cancellationToken)
    {
        await silo.Process.KillAsync();
        traffic.Fault();
        await traffic.EveryUserAnsweredAsync(cancellationToken);
        ClusterTests.Say($"killed {silo}: every user answered after {traffic.Report.LongestGap.TotalSeconds:F2} s");
        await silo.StartAgainAsync();
        await silo.Process.WaitUntilReadyAsync(cancellationToken);
    }

    /// <summary>Too short for the others to notice: resumed, the silo is a member still, and has to say what others have acknowledged meanwhile.</summary>
    private static async Task PauseAsync(ClusterNode silo, ClusterTraffic traffic, CancellationToken cancellationToken)
    {
        using var direct = new ApiClient(silo.Address);
        await silo.Process.SignalAsync("STOP");
        await Task.Delay(Unnoticed, cancellationToken);
        await silo.Process.SignalAsync("CONT");
        var before = traffic.Report.RepliedDirectlyCount;

        // Starved as well, it may have been noticed after all.
        while (traffic.Report.RepliedDirectlyCount < before + ClusterTests.Users && !silo.Process.HasExited)
        {
            foreach (var user in traffic.Users)
            {
                await user.AskAndActDirectlyAsync(direct, cancellationToken);
            }
        }
    }

    private static async Task HangAsync(ClusterNode silo, ClusterTraffic traffic, CancellationToken cancellationToken)
    {
        await silo.Process.SignalAsync("STOP");
        traffic.Fault();
        await traffic.EveryUserAnsweredAsync(cancellationToken);
        ClusterTests.Say($"hung {silo}: every user answered after {traffic.Report.LongestGap.TotalSeconds:F2} s");

        // Resumed, it learns sooner or later that it is dead, and ends; what it answers until then is checked like any answer.
        using var direct = new ApiClient(silo.Address);
        await silo.Process.SignalAsync("CONT");
        var before = traffic.Report.RepliedDirectlyCount;
        while (!silo.Process.HasExited)
        {
            foreach (var user in traffic.Users)
            {
                await user.AskAndActDirectlyAsync(direct, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        ClusterTests.Say($"{silo} has ended; it replied {traffic.Report.RepliedDirectlyCount - before} times after it was resumed");
        await silo.StartAgainAsync();
        await silo.Process.WaitUntilReadyAsync(cancellationToken);
    }
}
