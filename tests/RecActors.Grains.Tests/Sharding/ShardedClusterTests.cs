using RecActors.Catalog;
using RecActors.Failures;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Items;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Storage;
using RecActors.Users;

namespace RecActors.Sharding;

public sealed class ShardedClusterTests
{
    private const int Users = 8;
    private static readonly string[] ItemIds = [.. Enumerable.Range(0, 40).Select(i => $"item-{i:00}")];
    private static readonly RecommendQuery Query = new() { Count = 10, TimestampMs = 1_800_000_000_000 };

    [Fact]
    public async Task Recommend_WhileModelsAreSwapped_EveryAnswerIsOneModelsAndNoneFails()
    {
        using var folder = await WriteSiteAsync();
        await using var cluster = await ShardedCluster.StartAsync(CatalogMode.Sharded, folder: folder.Path);
        long[] versions = [await PublishAsync(cluster), await PublishAsync(cluster, seed: 2)];
        var expected = new Dictionary<(int, long), RecommendationAnswer>();
        foreach (var version in versions)
        {
            await cluster.PromoteAsync(version);
            for (var u = 0; u < Users; u++)
            {
                expected[(u, version)] = await UserOf(cluster, u).RecommendAsync(Query);
            }
        }

        using var done = new CancellationTokenSource();
        var load = Enumerable.Range(0, Users).Select(async u =>
        {
            var seen = new HashSet<long>();
            while (!done.IsCancellationRequested)
            {
                var answer = await UserOf(cluster, u).RecommendAsync(Query);
                AssertSame(expected[(u, answer.ModelVersion)], answer);
                seen.Add(answer.ModelVersion);
            }

            return seen.Count;
        }).ToList();
        for (var swap = 0; swap < 20; swap++)
        {
            await cluster.PromoteAsync(versions[swap % 2]);
        }

        await done.CancelAsync();
        Assert.Contains(2, await Task.WhenAll(load));
    }

    [Fact]
    public async Task Kill_ShardsSilo_CallersHearThatTheyMayRepeatAndThenGetTheSameAnswers()
    {
        using var folder = await WriteSiteAsync();
        await using var cluster = await ShardedCluster.StartAsync(CatalogMode.Sharded, folder: folder.Path);
        await cluster.PromoteAsync(await PublishAsync(cluster));
        var expected = await AskAsync(cluster);
        var places = await BalancedAsync(cluster, 3);
        var killed = cluster.Silos.First(silo => silo.SiloAddress.Equals(places.First(place => !place.Equals(cluster.Silos[0].SiloAddress))));

        await cluster.KillAsync(killed);

        // Whatever is neither an answer nor a failure that may be repeated fails the test.
        AssertSame(expected, await AskAsync(cluster));
        Assert.DoesNotContain(killed.SiloAddress, await cluster.PlacesAsync());
    }

    [Fact]
    public async Task JoinAndStop_UnderLoad_ShardsMoveAndNoRequestFails()
    {
        using var folder = await WriteSiteAsync();
        await using var cluster = await ShardedCluster.StartAsync(CatalogMode.Sharded, silos: 1, folder: folder.Path);
        await cluster.PromoteAsync(await PublishAsync(cluster));
        var expected = await AskAsync(cluster);
        using var done = new CancellationTokenSource();
        var lists = cluster.Service<IGrainFactory>();
        var load = Enumerable.Range(0, 4).Select(async u =>
        {
            // From the silo that stays, so that only shards move beneath the calls and no user does.
            while (!done.IsCancellationRequested)
            {
                Assert.NotEmpty((await lists.GetGrain<IItemListsGrain>(0).NeighborsAsync(ItemIds[u], new ItemListQuery()))!);
            }
        }).ToList();

        var joined = await cluster.AddSiloAsync();
        await BalancedAsync(cluster, 2);
        AssertSame(expected, await AskAsync(cluster));
        await cluster.StopAsync(joined);

        Assert.All(await cluster.PlacesAsync(), place => Assert.Equal(cluster.Silos[0].SiloAddress, place));
        await done.CancelAsync();
        await Task.WhenAll(load);
        AssertSame(expected, await AskAsync(cluster));
    }

    [Fact]
    public async Task Start_AnotherNumberOfShards_IsRefusedAndSaysWhatToSet()
    {
        var started = 0;
        await using var cluster = await ShardedCluster.StartAsync(
            CatalogMode.Sharded, silos: 1, configure: options => options.Shards = Interlocked.Increment(ref started) == 1 ? 5 : 7);
        var refusal = await Assert.ThrowsAnyAsync<Exception>(cluster.AddSiloAsync);
        Assert.Contains("RecActors:Catalog:Shards", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FewerSilosThanShareTheVectors_IsNotReadyAndSaysSoUntilTheyAreThere()
    {
        using var folder = await WriteSiteAsync();
        await using var cluster = await ShardedCluster.StartAsync(
            CatalogMode.Sharded, silos: 1, folder.Path, options => options.MinimumSilos = 2);
        await cluster.PromoteAsync(await PublishAsync(cluster));
        Assert.False(cluster.Service<ISiloReadiness>().Report().IsReady);
        await Assert.ThrowsAsync<UnavailableException>(() => UserOf(cluster, 0).RecommendAsync(Query));

        await cluster.AddSiloAsync();

        await Eventually.HoldsAsync(() => Task.FromResult(cluster.Service<ISiloReadiness>().Report().IsReady));
        Assert.NotEmpty((await Eventually.SucceedsAsync(() => UserOf(cluster, 0).RecommendAsync(Query))).Items);
    }

    private static IUserGrain UserOf(RecActorsCluster cluster, int user) => cluster.User($"user-{user}");

    /// <summary>What every user wants, however often it has to be asked.</summary>
    private static Task<RecommendationAnswer[]> AskAsync(RecActorsCluster cluster) => Task.WhenAll(
        Enumerable.Range(0, Users).Select(u => Eventually.SucceedsAsync(() => UserOf(cluster, u).RecommendAsync(Query))));

    /// <summary>Waits until the silos share the shards; where they are.</summary>
    private static async Task<SiloAddress[]> BalancedAsync(RecActorsCluster cluster, int silos)
    {
        SiloAddress[] places = [];
        await Eventually.HoldsAsync(async () =>
        {
            places = await cluster.PlacesAsync();
            var counts = places.CountBy(place => place).Select(silo => silo.Value).ToList();
            return counts.Count == silos && counts.Max() - counts.Min() < 2;
        });
        return places;
    }

    /// <summary>
    /// Items and actions that are there before the silos: all of them number the items alike and count the same, so that an
    /// answer does not depend on who gives it.
    /// </summary>
    private static async Task<ClusterFolder> WriteSiteAsync()
    {
        var folder = new ClusterFolder();
        await using var storage = EmbeddedStorage.Open(new EmbeddedStorageOptions { DataFolder = folder.Path });
        foreach (var itemId in ItemIds)
        {
            await storage.Catalog.PutAsync(new ItemRecord { ItemId = itemId, Version = 1 }, default);
        }

        for (var u = 0; u < Users; u++)
        {
            var opened = await storage.Journal.OpenAsync($"user-{u}", default);
            string[] liked = [ItemIds[u], ItemIds[(u + 11) % 40], ItemIds[(u + 23) % 40]];
            var entries = liked.Select((itemId, i) => new FeedbackEntry(FeedbackOperation.Add, "like", itemId, 1, 1_700_000_000_000 + i, 0)).ToList();
            await storage.Journal.AppendAsync($"user-{u}", opened.Epoch, 0, entries, default);
        }

        return folder;
    }

    private static Task<long> PublishAsync(RecActorsCluster cluster, int seed = 1) => cluster.PublishAsync(TestBundles.Of(seed, ItemIds));

    private static void AssertSame(IEnumerable<RecommendationAnswer> expected, IEnumerable<RecommendationAnswer> actual)
    {
        foreach (var (one, other) in expected.Zip(actual))
        {
            AssertSame(one, other);
        }
    }

    /// <summary>The same items; scores to 1e-4, since folding in adds in another order when it starts from pooled sums.</summary>
    private static void AssertSame(RecommendationAnswer expected, RecommendationAnswer actual)
    {
        Assert.Equal(expected.Items.Select(item => item.ItemId), actual.Items.Select(item => item.ItemId));
        Assert.All(expected.Items.Zip(actual.Items), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4f));
    }
}
