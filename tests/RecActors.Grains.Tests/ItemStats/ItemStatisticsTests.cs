using RecActors.Catalog;
using RecActors.Hosting;
using RecActors.ItemToItem;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.ItemStats;

public sealed class ItemStatisticsTests
{
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
    public async Task Exchange_RepeatedSequence_IsCountedOnceAndNeverGivenBackToItsSender()
    {
        await using var cluster = await RecActorsCluster.StartAsync();
        var partition = cluster.Service<IGrainFactory>().GetGrain<IItemStatsGrain>(3);
        var delta = new StatsDelta(["x"], default, default, default, new([0]), new([1f, 1f]), new([5L]));
        var listening = (await partition.ExchangeAsync(new StatsExchange("other", 1, null, null))).Through;

        await partition.ExchangeAsync(new StatsExchange("sender", 1, null, delta));
        var own = await partition.ExchangeAsync(new StatsExchange("sender", 1, listening, delta));
        var news = await partition.ExchangeAsync(new StatsExchange("other", 1, listening, null));

        Assert.Empty(own.Deltas);
        var received = Assert.Single(news.Deltas);
        Assert.Equal(["x"], received.ItemIds);
        Assert.Equal([1f, 1f], received.Popularity.Span.ToArray());
        Assert.Empty((await partition.ExchangeAsync(new StatsExchange("other", 1, news.Through, null))).Deltas);
    }

    private static double CountOf(RecActorsCluster cluster, int silo, string itemId) =>
        cluster.Service<CatalogReplica>(silo).TryGetRow(itemId, out var row) ? cluster.Service<ItemStatistics>(silo).Count(row) : 0;
}
