using System.Net;
using RecActors.Catalog;
using RecActors.Hosting;
using RecActors.ItemToItem;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.ItemStats;

public sealed class ItemStatisticsTests
{
    private static readonly string Sender = SiloAddress.New(IPAddress.Loopback, 1, 1).ToParsableString();
    private static readonly string Other = SiloAddress.New(IPAddress.Loopback, 2, 1).ToParsableString();

    [Fact]
    public async Task Observe_TwoSilos_EachSeesWhatTheOthersUsersDid()
    {
        await using var cluster = await RecActorsCluster.StartAsync(silos: 2);
        await Eventually.HoldsAsync(() => Task.FromResult(cluster.Service<StatisticsOutbox>(0).IsOpen && cluster.Service<StatisticsOutbox>(1).IsOpen));

        await Task.WhenAll(Enumerable.Range(0, 40).Select(u => cluster.User($"user-{u}").AppendAsync(Likes("both-a", "both-b"))));

        await Eventually.HoldsAsync(() => Task.FromResult(
            new[] { 0, 1 }.All(silo => CountOf(cluster, silo, "both-a") == 40 && CountOf(cluster, silo, "both-b") == 40)));
    }

    [Fact]
    public async Task Replay_ClusterRestarted_CountsEveryActionOnce()
    {
        using var folder = new ClusterFolder();
        await using (var cluster = await RecActorsCluster.StartAsync(folder: folder.Path))
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(u => cluster.User($"user-{u}").AppendAsync(Likes("first", $"other-{u % 3}"))));
            Assert.Equal(20, CountOf(cluster, 0, "first"));
        }

        await using var restarted = await RecActorsCluster.StartAsync(folder: folder.Path);

        Assert.Equal(20, CountOf(restarted, 0, "first"));
        Assert.Equal(7, CountOf(restarted, 0, "other-0"));
    }

    [Fact]
    public async Task Exchange_RepeatedParcel_IsTakenOnceAndNeverGivenBackToItsSender()
    {
        await using var cluster = await RecActorsCluster.StartAsync();
        var partition = cluster.Service<IGrainFactory>().GetGrain<IItemStatsGrain>(3);
        var known = (await partition.ExchangeAsync(new PartitionExchange(Sender, null, []))).Through;
        var parcels = new[] { new StatsParcel(Sender, 1, 1, [1, 2, 3]) };

        await partition.ExchangeAsync(new PartitionExchange(Sender, known, parcels));
        var own = await partition.ExchangeAsync(new PartitionExchange(Sender, known, parcels));
        var news = await partition.ExchangeAsync(new PartitionExchange(Other, null, []));

        Assert.Empty(own.Parcels);
        Assert.Equal((1, 0), (own.Taken, own.Settled));
        Assert.Equal([1, 2, 3], Assert.Single(news.Parcels).Content);
        Assert.Empty((await partition.ExchangeAsync(new PartitionExchange(Other, news.Through, []))).Parcels);
    }

    [Fact]
    public async Task Exchange_PartitionThatStartedAnew_TakesNothingBeforeTheSenderKnows()
    {
        await using var cluster = await RecActorsCluster.StartAsync();
        var partition = cluster.Service<IGrainFactory>().GetGrain<IItemStatsGrain>(3);
        var before = (await partition.ExchangeAsync(new PartitionExchange(Sender, null, []))).Through;
        await cluster.DeactivateAsync(partition);

        var anew = await partition.ExchangeAsync(new PartitionExchange(Sender, before, [new StatsParcel(Sender, 7, 1, [7])]));

        Assert.NotEqual(before.Incarnation, anew.Through.Incarnation);
        Assert.Equal(0, anew.Taken);
    }

    private static double CountOf(RecActorsCluster cluster, int silo, string itemId) =>
        cluster.Service<CatalogReplica>(silo).TryGetRow(itemId, out var row) ? cluster.Service<ItemStatistics>(silo).Count(row) : 0;
}
