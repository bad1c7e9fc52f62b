using System.Net;
using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>Without Redis nothing is acknowledged, what is in memory is answered, and all goes on by itself when it is back.</summary>
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
        Assert.Equal(1, (await site.RecommendAsync("reader", 10, token)).UserVersion);
        Assert.True(await gateways[0].Process.IsReadyAsync(token));
        await back;
        await cluster.Redis.StartAgainAsync(token);

        traffic.Fault();
        await traffic.EveryUserAnsweredAsync(token);
        ClusterTests.Say($"every user acknowledged or answered {traffic.Report.LongestGap.TotalSeconds:F2} s after Redis was back");
        Assert.Equal(2, await site.PostFeedbackAsync(token, reader with { EventId = "reader-2" }));
        await traffic.FinishWithoutFaultAsync(token);
    }
}
