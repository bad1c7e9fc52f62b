using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Storage;
using RecActors.Hosting;
using RecActors.Items;
using RecActors.Ranking;
using RecActors.Storage;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.Models;

public sealed class ModelPromotionTests
{
    private static readonly string[] ItemIds = [.. Enumerable.Range(0, 40).Select(i => $"item-{i:00}")];

    [Fact]
    public async Task Promote_RollBack_LateJoiner_AllServeWhatTheRegistrySays()
    {
        await using var cluster = await StartWithItemsAsync(silos: 2);
        var registry = cluster.Grains.GetGrain<IModelRegistryGrain>(0);
        var first = await PublishAsync(cluster);
        var second = await PublishAsync(cluster);

        Assert.True((await registry.PromoteAsync(first)).Promoted);
        Assert.True((await registry.PromoteAsync(second)).Promoted);
        Assert.All([0, 1], silo => Assert.Equal(second, cluster.Service<ModelHolder>(silo).Current.Version));

        Assert.Equal(new PromotionResult(true, first), await registry.RollBackAsync());
        Assert.All([0, 1], silo => Assert.Equal(first, cluster.Service<ModelHolder>(silo).Current.Version));

        await cluster.AddSiloAsync();
        Assert.Equal(first, cluster.Service<ModelHolder>(2).Current.Version);
        Assert.True(cluster.Service<ISiloReadiness>(2).Report().IsReady);

        var listing = await registry.ListAsync();
        Assert.Equal([second, first], listing.Models.Select(model => model.Version));
        Assert.Equal((first, second), (listing.ServingVersion, listing.PreviousVersion!.Value));
    }

    [Fact]
    public async Task Promote_ASiloHasJustDied_TheOthersServeTheVersion()
    {
        await using var cluster = await StartWithItemsAsync(silos: 3);
        var registry = cluster.Grains.GetGrain<IModelRegistryGrain>(0);
        var version = await PublishAsync(cluster);
        var holder = await cluster.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress((GrainReference)registry);
        await cluster.KillAsync(cluster.Silos.Last(silo => !silo.SiloAddress.Equals(holder)));

        var promotion = await Eventually.SucceedsAsync(() => registry.PromoteAsync(version));

        Assert.True(promotion.Promoted, promotion.Message);
        Assert.All([0, 1], silo => Assert.Equal(version, cluster.Service<ModelHolder>(silo).Current.Version));
    }

    [Fact]
    public async Task Registry_PromotionsGoBack_EndsTheProcess()
    {
        await using var cluster = await RecActorsCluster.StartAsync(
            configure: silo => silo.Configure<ModelReplicaOptions>(options => options.PollInterval = TimeSpan.FromMilliseconds(50)));
        await cluster.PutItemsAsync(ItemIds.Select(itemId => new Item { ItemId = itemId }));
        var registry = cluster.Grains.GetGrain<IModelRegistryGrain>(0);
        await registry.PromoteAsync(await PublishAsync(cluster));
        await registry.PromoteAsync(await PublishAsync(cluster));
        var lifetime = cluster.Service<IHostApplicationLifetime>();
        Assert.False(lifetime.ApplicationStopping.IsCancellationRequested);

        // What an older backup holds.
        var storage = cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(GrainStorageNames.State);
        var stored = new GrainState<ModelRegistryState>(new ModelRegistryState());
        await storage.ReadStateAsync(ModelRegistryState.Name, registry.GetGrainId(), stored);
        Assert.Equal(2, stored.State!.Promotion);
        stored.State.Promotion = 1;
        await storage.WriteStateAsync(ModelRegistryState.Name, registry.GetGrainId(), stored);
        await cluster.DeactivateAsync(registry);

        await Eventually.HoldsAsync(() => Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested));
        Assert.False(cluster.Service<ISiloReadiness>().Report().IsReady);
    }

    [Fact]
    public async Task Promote_UnknownOrCorruptVersion_IsRefusedAndTheOldOneServesOn()
    {
        await using var cluster = await StartWithItemsAsync();
        var registry = cluster.Grains.GetGrain<IModelRegistryGrain>(0);
        var good = await PublishAsync(cluster);
        await registry.PromoteAsync(good);
        var lost = await PublishAsync(cluster);
        await cluster.Storage.Bundles.DeleteAsync(lost, default);

        Assert.False((await registry.PromoteAsync(99)).Promoted);
        var refused = await registry.PromoteAsync(lost);

        Assert.False(refused.Promoted);
        Assert.NotNull(refused.Message);
        Assert.Equal(good, refused.ServingVersion);
        Assert.Equal(good, cluster.Service<ModelHolder>().Current.Version);
    }

    [Fact]
    public async Task Publish_TicketThatWasOvertaken_IsRefused()
    {
        await using var cluster = await StartWithItemsAsync();
        var registry = cluster.Grains.GetGrain<IModelRegistryGrain>(0);
        var slow = await registry.ReserveAsync();
        var quick = await registry.ReserveAsync();

        Assert.True(quick.Version > slow.Version);
        Assert.False(await registry.PublishAsync(slow, new ModelDescription { Version = slow.Version }));
        Assert.True(await registry.PublishAsync(quick, new ModelDescription { Version = quick.Version }));
        Assert.True(await registry.PublishAsync(quick, new ModelDescription { Version = quick.Version }));
    }

    [Fact]
    public async Task Registry_ClusterRestarted_ServesTheSameVersionAgain()
    {
        using var folder = new ClusterFolder();
        long version;
        await using (var cluster = await StartWithItemsAsync(folder: folder.Path))
        {
            version = await PublishAsync(cluster);
            await cluster.Grains.GetGrain<IModelRegistryGrain>(0).PromoteAsync(version);
        }

        await using var restarted = await RecActorsCluster.StartAsync(folder: folder.Path);

        Assert.Equal(version, restarted.Service<ModelHolder>().Current.Version);
    }

    [Fact]
    public async Task Start_BundleThatCannotBeReadAtFirst_IsReadAgain()
    {
        using var folder = new ClusterFolder();
        long version;
        await using (var cluster = await StartWithItemsAsync(folder: folder.Path))
        {
            version = await PublishAsync(cluster);
            await cluster.Grains.GetGrain<IModelRegistryGrain>(0).PromoteAsync(version);
        }

        await using var restarted = await RecActorsCluster.StartAsync(
            folder: folder.Path,
            configure: silo => silo.Services.AddSingleton<IBundleStore>(services => new SlowBundles(services.GetRequiredService<EmbeddedStorage>().Bundles, failures: 2)));

        Assert.Equal(version, restarted.Service<ModelHolder>().Current.Version);
        Assert.True(restarted.Service<ISiloReadiness>().Report().IsReady);
    }

    [Fact]
    public async Task Recommend_WhileModelsAreSwapped_EveryAnswerIsOneModels()
    {
        await using var cluster = await StartWithItemsAsync();
        var registry = cluster.Grains.GetGrain<IModelRegistryGrain>(0);
        long[] versions = [await PublishAsync(cluster), await PublishAsync(cluster)];
        var users = Enumerable.Range(0, 8).Select(u => cluster.User($"user-{u}")).ToArray();
        await Task.WhenAll(users.Select((user, u) => user.AppendAsync(Likes(ItemIds[u], ItemIds[(u + 11) % 40], ItemIds[(u + 23) % 40]))));
        var query = new RecommendQuery { Count = 10, TimestampMs = 1_800_000_000_000 };
        var expected = new Dictionary<(int, long), (string, float)[]>();
        foreach (var version in versions)
        {
            await registry.PromoteAsync(version);
            for (var u = 0; u < users.Length; u++)
            {
                expected[(u, version)] = Scores(await users[u].RecommendAsync(query));
            }
        }

        Assert.NotEqual(expected[(0, versions[0])], expected[(0, versions[1])]);
        using var done = new CancellationTokenSource();
        var load = users.Select(async (user, u) =>
        {
            var seen = new HashSet<long>();
            while (!done.IsCancellationRequested)
            {
                var answer = await user.RecommendAsync(query);
                AssertSame(expected[(u, answer.ModelVersion)], Scores(answer));
                seen.Add(answer.ModelVersion);
            }

            return seen.Count;
        }).ToList();
        for (var swap = 0; swap < 30; swap++)
        {
            Assert.True((await registry.PromoteAsync(versions[swap % 2])).Promoted);
        }

        await done.CancelAsync();
        Assert.Contains(2, await Task.WhenAll(load));
    }

    /// <summary>The same items; scores to 1e-4, since folding in adds in another order when it starts from pooled sums.</summary>
    private static void AssertSame((string ItemId, float Score)[] expected, (string ItemId, float Score)[] actual)
    {
        Assert.Equal(expected.Select(item => item.ItemId), actual.Select(item => item.ItemId));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4f));
    }

    private static (string, float)[] Scores(RecommendationAnswer answer) => [.. answer.Items.Select(item => (item.ItemId, item.Score))];

    private static async Task<RecActorsCluster> StartWithItemsAsync(short silos = 1, string? folder = null)
    {
        var cluster = await RecActorsCluster.StartAsync(silos, folder);
        await cluster.PutItemsAsync(ItemIds.Select(itemId => new Item { ItemId = itemId }));
        return cluster;
    }

    private static async Task<long> PublishAsync(RecActorsCluster cluster)
    {
        var registry = cluster.Grains.GetGrain<IModelRegistryGrain>(0);
        var ticket = await registry.ReserveAsync();
        await cluster.Storage.Bundles.SaveAsync(BundleCodec.Encode(TestBundles.Of(ticket.Version, ItemIds)), default);
        Assert.True(await registry.PublishAsync(ticket, new ModelDescription { Version = ticket.Version }));
        return ticket.Version;
    }
}
