using System.Diagnostics;
using System.Globalization;
using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>A silo that joins while actions stream in, in batches as a site's queue of events brings them, as fast as they are taken.</summary>
[Collection(nameof(OneClusterAtATime))]
public sealed class JoiningUnderLoadTests
{
    private const int Senders = 4;
    private const int Batch = 200;
    private const int Users = 2_000;

    // Fewer than the pairs that an item keeps: what gives way at that limit depends on the order of the actions.
    private const int Items = 800;
    private const int ComparedItems = 100;
    private const int Before = 200_000;
    private const int After = 50_000;

    private int _acknowledged;

    [Fact(Explicit = true)]
    public async Task Silo_JoiningWhileActionsStreamIn_MissesNoneAndCountsNoneTwice()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token, "--appendfsync", "everysec"));
        var first = cluster.StartSilos(1, "serve,gateway")[0];
        await cluster.WaitUntilReadyAsync(token);
        using var old = new ApiClient(first.Address);
        using var stopping = new CancellationTokenSource();
        var streams = Enumerable.Range(0, Senders).Select(sender => StreamAsync(old, sender, stopping.Token, token)).ToList();
        await ReachAsync(Before, streams, token);

        var (started, before) = (Stopwatch.GetTimestamp(), Volatile.Read(ref _acknowledged));
        var second = cluster.Start("silo-2", "serve,gateway", "--cold-start");
        await second.Process.WaitUntilReadyAsync(token);
        var (took, meanwhile) = (Stopwatch.GetElapsedTime(started).TotalSeconds, Volatile.Read(ref _acknowledged) - before);
        ClusterTests.Say(string.Create(CultureInfo.InvariantCulture,
            $"the silo was ready after {took:F1} s, in which {meanwhile} actions were acknowledged: {meanwhile / took:F0} a second"));
        await ReachAsync(before + meanwhile + After, streams, token);
        await stopping.CancelAsync();
        await Task.WhenAll(streams);

        // The first silo has counted every action as it came: what they agree on is the truth.
        using var young = new ApiClient(second.Address);
        Assert.Contains("=", await ItemLists.AgreedAsync([old, young], ComparedItems, token), StringComparison.Ordinal);
        Assert.DoesNotContain("misses actions", second.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("given up", first.Process.Output, StringComparison.Ordinal);
    }

    private async Task StreamAsync(ApiClient site, int sender, CancellationToken stopping, CancellationToken cancellationToken)
    {
        var random = new Random(sender);
        for (var batch = 0; !stopping.IsCancellationRequested; batch++)
        {
            FeedbackJson[] actions = [.. Enumerable.Range(0, Batch).Select(action => new FeedbackJson(
                "watch", $"user-{random.Next(Users)}", $"item-{random.Next(Items)}", 1, null, $"{sender}-{batch}-{action}"))];
            while (!await TryPostAsync(site, actions, cancellationToken))
            {
                // Users move to the silo that joins; what was not acknowledged is said again.
            }

            Interlocked.Add(ref _acknowledged, Batch);
        }
    }

    private static async Task<bool> TryPostAsync(ApiClient site, FeedbackJson[] actions, CancellationToken cancellationToken)
    {
        try
        {
            await site.PostFeedbackAsync(cancellationToken, actions);
            return true;
        }
        catch (HttpRequestException failure) when (failure.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable)
        {
            return false;
        }
    }

    private async Task ReachAsync(int count, List<Task> streams, CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _acknowledged) < count)
        {
            Assert.DoesNotContain(streams, stream => stream.IsFaulted);
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }
}
