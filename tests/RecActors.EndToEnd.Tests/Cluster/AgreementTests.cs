using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>After the traffic every silo says the same about items.</summary>
public sealed class AgreementTests
{
    private const int Items = 40;
    private const int ActionsPerUser = 15;

    [Fact]
    public async Task Silos_AfterTrafficThroughAllOfThem_GiveEqualNeighboursAndPopularity()
    {
        using var deadline = ClusterTests.Deadline();
        var token = deadline.Token;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token));
        var silos = cluster.StartSilos(3, "serve,gateway");
        await cluster.WaitUntilReadyAsync(token);
        using var first = new ApiClient(silos[0].Address);
        using var second = new ApiClient(silos[1].Address);
        using var third = new ApiClient(silos[2].Address);
        ApiClient[] sites = [first, second, third];
        await Task.WhenAll(Enumerable.Range(0, 3 * ClusterTests.Users).Select(user => ActAsync(user, sites, token)));

        var said = await Task.WhenAll(sites.Select(site => SayAsync(site, token)));
        while (!(said[0] == said[1] && said[1] == said[2]))
        {
            // The last parcels are under way.
            await Task.Delay(TimeSpan.FromMilliseconds(100), token);
            said = await Task.WhenAll(sites.Select(site => SayAsync(site, token)));
        }

        Assert.Contains("item-1:", said[0], StringComparison.Ordinal);
    }

    private static async Task ActAsync(int user, ApiClient[] sites, CancellationToken cancellationToken)
    {
        var random = new Random(user);
        for (var action = 0; action < ActionsPerUser; action++)
        {
            // A few items are popular, as in real traffic.
            var item = (int)(Items * Math.Pow(random.NextDouble(), 2));
            await sites[random.Next(sites.Length)].PostFeedbackAsync(
                cancellationToken, new FeedbackJson("read", $"user-{user}", $"item-{item}", 1, null, $"{user}-{action}"));
        }
    }

    /// <summary>Everything that a silo says about items: popularity, recent popularity, neighbours, with their scores.</summary>
    private static async Task<string> SayAsync(ApiClient site, CancellationToken cancellationToken)
    {
        var lists = new List<string> { Text(await site.GetAsync<ScoredJson[]>("/api/popular?n=100", cancellationToken)) };
        for (var item = 0; item < Items; item++)
        {
            lists.Add($"item-{item}: {Text(await NeighboursAsync(site, item, cancellationToken))}");
        }

        return string.Join('\n', lists);
    }

    private static async Task<ScoredJson[]> NeighboursAsync(ApiClient site, int item, CancellationToken cancellationToken)
    {
        try
        {
            return await site.GetAsync<ScoredJson[]>($"/api/item/item-{item}/neighbors?n=100", cancellationToken);
        }
        catch (HttpRequestException failure) when (failure.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return [];
        }
    }

    private static string Text(ScoredJson[] items) => string.Join(' ', items.Select(item => $"{item.Id}={item.Score:R}"));
}
