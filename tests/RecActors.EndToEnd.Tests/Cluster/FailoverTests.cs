using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>Users see their writes, each once, whatever happens to the silos.</summary>
[Collection(nameof(OneClusterAtATime))]
public sealed class FailoverTests
{
    private static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(2);

    /// <summary>Exit code of a process that kill -9 has ended.</summary>
    private const int Killed = 128 + 9;

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
            await KillAsync(await BusiestAsync(silos, token), traffic, token);
            await PauseAsync(await BusiestAsync(silos, token), traffic, token);
            await HangAsync(await BusiestAsync(silos, token), traffic, token);
            await (await BusiestAsync(silos, token)).RestartAsync(token);
        }

        await cluster.Start("silo-4", "serve", "--cold-start").Process.WaitUntilReadyAsync(token);
        traffic.Fault();
        await traffic.EveryUserAnsweredAsync(token);

        var report = await traffic.FinishWithoutFaultAsync(token);
        Assert.True(report.AcknowledgedCount > ClusterTests.Users);
    }

    /// <summary>The silo with the most users: one without any would be missed by nobody.</summary>
    private static async Task<ClusterNode> BusiestAsync(ClusterNode[] silos, CancellationToken cancellationToken)
    {
        var users = await Task.WhenAll(silos.Select(async silo => (await SiloMetrics.ReadAsync(silo, cancellationToken)).Users));
        var busiest = Array.IndexOf(users, users.Max());
        ClusterTests.Say($"{users[busiest]} users on {silos[busiest]}");
        Assert.True(users[busiest] > 0);
        return silos[busiest];
    }

    private static async Task KillAsync(ClusterNode silo, ClusterTraffic traffic, CancellationToken cancellationToken)
    {
        await silo.Process.KillAsync();
        Assert.Equal(Killed, silo.Process.ExitCode);
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

        if (silo.Process.HasExited)
        {
            await silo.StartAgainAsync();
            await silo.Process.WaitUntilReadyAsync(cancellationToken);
        }
    }

    private static async Task HangAsync(ClusterNode silo, ClusterTraffic traffic, CancellationToken cancellationToken)
    {
        await silo.Process.SignalAsync("STOP");
        Assert.False(await silo.Process.IsReadyAsync(cancellationToken));
        traffic.Fault();
        await traffic.EveryUserAnsweredAsync(cancellationToken);
        Assert.False(silo.Process.HasExited);
        ClusterTests.Say($"hung {silo}: every user answered after {traffic.Report.LongestGap.TotalSeconds:F2} s");

        // Resumed, it learns sooner or later that it is dead, and ends; what it answers until then is checked like any answer. The first
        // questions wait for it in its sockets: it may have little time.
        using var direct = new ApiClient(silo.Address);
        var before = traffic.Report.RepliedDirectlyCount;
        var asked = traffic.Users.Select(user => user.AskAndActDirectlyAsync(direct, cancellationToken)).ToList();
        await silo.Process.SignalAsync("CONT");
        await Task.WhenAll(asked);
        while (!silo.Process.HasExited)
        {
            foreach (var user in traffic.Users)
            {
                await user.AskAndActDirectlyAsync(direct, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        var replies = traffic.Report.RepliedDirectlyCount - before;
        ClusterTests.Say($"{silo} has ended with {silo.Process.ExitCode}; it replied {replies} times after it was resumed");
        Assert.NotEqual(Killed, silo.Process.ExitCode);
        Assert.True(replies > 0, "The silo that was hung said nothing before it ended: nothing was learned from asking it.");
        await silo.StartAgainAsync();
        await silo.Process.WaitUntilReadyAsync(cancellationToken);
    }
}
