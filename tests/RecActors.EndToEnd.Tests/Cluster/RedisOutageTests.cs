using System.Net;
using System.Net.Http.Json;
using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>Without Redis nothing is acknowledged, what is in memory is answered, and all goes on by itself when it is back.</summary>
[Collection(nameof(OneClusterAtATime))]
public sealed class RedisOutageTests
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Traffic_WhileRedisIsAwayForTenSeconds_LosesAndDoublesNothingAndGoesOn()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token));
        cluster.StartSilos(2);
        var gateways = cluster.StartGateways(1);
        await cluster.WaitUntilReadyAsync(token);
        await using var traffic = await ClusterTraffic.StartAsync(gateways, ClusterTests.Users, isPatient: true, token);
        using var site = new ApiClient(gateways[0].Address);
        var reader = new FeedbackJson("read", "reader", "item-1", 1, null, "reader-1");
        await site.PostFeedbackAsync(token, reader);

        await cluster.Redis.StopAsync();
        var back = Task.Delay(Outage, token);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => site.PostFeedbackAsync(token, reader with { EventId = "reader-2" }));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        var answer = await site.RecommendAsync("reader", 10, token);
        Assert.Equal((1, true), (answer.UserVersion, answer.Stale));
        await gateways[0].Process.AssertReadyAsync(token);
        await back;
        await cluster.Redis.StartAgainAsync(token);

        traffic.Fault();
        await traffic.EveryUserAnsweredAsync(token);
        ClusterTests.Say($"every user acknowledged or answered {traffic.Report.LongestGap.TotalSeconds:F2} s after Redis was back");
        Assert.Equal(2, await site.PostFeedbackAsync(token, reader with { EventId = "reader-2" }));
        await traffic.FinishWithoutFaultAsync(token);
    }

    [Fact]
    public async Task Traffic_WhileRedisIsFull_IsRefusedToWriteAndAnsweredAndLosesNothing()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token), ("RecActors:Gateway:Deadline", "00:00:03"));
        cluster.StartSilos(2);
        var gateways = cluster.StartGateways(1);
        await cluster.WaitUntilReadyAsync(token);
        await using var traffic = await ClusterTraffic.StartAsync(gateways, ClusterTests.Users, isPatient: true, token);
        using var site = new ApiClient(gateways[0].Address);
        var action = new FeedbackJson("read", "reader", "item-1", 1, null, "reader-1");
        await site.PostFeedbackAsync(token, action);

        await cluster.Redis.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        using (var refused = await site.Http.PostAsJsonAsync("/api/feedback", new[] { action with { EventId = "reader-2" } }, token))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        var answer = await site.RecommendAsync("reader", 10, token);
        Assert.Equal((1, true), (answer.UserVersion, answer.Stale));
        await gateways[0].Process.AssertReadyAsync(token);
        await traffic.RetriedAsync(token);
        await cluster.Redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");

        traffic.Fault();
        await traffic.EveryUserAnsweredAsync(token);
        Assert.Equal(2, await site.PostFeedbackAsync(token, action with { EventId = "reader-2" }));
        await traffic.FinishWithoutFaultAsync(token);
    }

    [Fact]
    public async Task Redis_WithoutAppendOnlyFileThatLosesActions_IsToldAtTheStartAndWhenItHappens()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token, "--appendonly", "no"));
        var silo = cluster.StartSilos(1, "serve,gateway")[0];
        await cluster.WaitUntilReadyAsync(token);
        await silo.Process.WaitUntilItSaysAsync("REDIS CAN LOSE ACKNOWLEDGED ACTIONS. It has no append-only file", token);
        using var site = new ApiClient(silo.Address);
        FeedbackJson Action(int number) => new("read", "reader", $"item-{number}", 1, null, $"{number}");
        await site.PostFeedbackAsync(token, [.. Enumerable.Range(1, 3).Select(item => Action(item) with { UserId = "other" })]);
        await site.PostFeedbackAsync(token, Action(1));
        await cluster.Redis.CommandAsync("SAVE");
        Assert.Equal(2, await site.PostFeedbackAsync(token, Action(2)));

        await cluster.Redis.KillAsync();
        await cluster.Redis.StartAgainAsync(token);

        // The second action is gone with what was not in the snapshot; what follows is stored and says from where it counts.
        Assert.Equal(2, await UntilAcknowledgedAsync(site, Action(3), token));
        Assert.Equal(["item-1", "item-3"], (await site.GetAsync<FeedbackJson[]>("/api/user/reader/feedback", token)).Select(row => row.ItemId).Order());
        Assert.Equal(2, (await site.RecommendAsync("reader", 10, token)).UserVersion);
        await silo.Process.WaitUntilItSaysAsync("has 1 actions where 2 had been acknowledged: the store has lost actions", token);
        Assert.Contains("recactors_journal_shorter_total", await site.Http.GetStringAsync("/metrics", token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_ThatLosesItems_EndsTheSilo_WhichStartsAgainOnWhatThereIs()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token, "--appendonly", "no"), ("RecActors:Shutdown:DrainDelay", "00:00:00"));
        var silo = cluster.StartSilos(1, "serve,gateway")[0];
        await cluster.WaitUntilReadyAsync(token);
        using var site = new ApiClient(silo.Address);
        await site.PostFeedbackAsync(token, new FeedbackJson("read", "reader", "kept", 1));
        await cluster.Redis.CommandAsync("SAVE");
        await site.PostFeedbackAsync(token, new FeedbackJson("read", "reader", "lost", 1));

        await cluster.Redis.KillAsync();
        await cluster.Redis.StartAgainAsync(token);
        Assert.Equal(1, await silo.Process.WaitForExitAsync(token));
        Assert.Contains("the last of the catalog's changes was 2, and is 1 now", silo.Process.Output, StringComparison.Ordinal);

        await silo.StartAgainAsync();
        await silo.Process.WaitUntilReadyAsync(token);
        Assert.Equal(2, await UntilAcknowledgedAsync(site, new FeedbackJson("read", "reader", "new", 1), token));
        Assert.Equal(["kept", "new"], (await site.GetAsync<FeedbackJson[]>("/api/user/reader/feedback", token)).Select(row => row.ItemId).Order());
    }

    [Fact]
    public async Task Ready_WhileRedisIsSlowerThanItsTimeout_Stays()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token), ("RecActors:Redis:OperationTimeout", "00:00:00.500"));
        var silo = cluster.StartSilos(1, "serve,gateway")[0];
        await cluster.WaitUntilReadyAsync(token);

        await cluster.Redis.CommandAsync("CLIENT", "PAUSE", "6000", "ALL");
        var slow = cluster.Redis.CommandAsync("PING");
        while (!slow.IsCompleted)
        {
            await silo.Process.AssertReadyAsync(token);
        }

        await silo.Process.AssertReadyAsync(token);
    }

    private static Task<long> UntilAcknowledgedAsync(ApiClient site, FeedbackJson action, CancellationToken cancellationToken) =>
        ClusterTests.PatientlyAsync(() => site.PostFeedbackAsync(cancellationToken, action), cancellationToken);
}
