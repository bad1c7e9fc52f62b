using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>After the traffic every silo says the same about items.</summary>
[Collection(nameof(OneClusterAtATime))]
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

        Assert.Contains("item-1=", await ItemLists.AgreedAsync(sites, Items, token), StringComparison.Ordinal);
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
}
