using Microsoft.Extensions.DependencyInjection;
using RecActors.Catalog;
using RecActors.Hosting;
using RecActors.Models;

namespace RecActors.Sharding;

/// <summary>Starting clusters of either mode, and publishing models to them.</summary>
internal static class ShardedCluster
{
    public const int Shards = 5;

    public static Task<RecActorsCluster> StartAsync(
        CatalogMode mode, short silos = 3, string? folder = null, Action<ShardingOptions>? configure = null) =>
        RecActorsCluster.StartAsync(silos, folder, silo => silo.Services.Configure<ShardingOptions>(options =>
        {
            options.Mode = mode;
            options.Shards = Shards;
            options.ShardCheckInterval = TimeSpan.FromMilliseconds(100);
            configure?.Invoke(options);
        }));

    public static async Task<long> PublishAsync(this RecActorsCluster cluster, ModelBundle bundle)
    {
        var registry = cluster.Grains.GetGrain<IModelRegistryGrain>(0);
        var ticket = await registry.ReserveAsync();
        bundle = bundle with { Manifest = bundle.Manifest with { Version = ticket.Version } };
        await cluster.Storage.Bundles.SaveAsync(BundleCodec.Encode(bundle), default);
        Assert.True(await registry.PublishAsync(ticket, new ModelDescription { Version = ticket.Version }));
        return ticket.Version;
    }

    public static async Task PromoteAsync(this RecActorsCluster cluster, long version)
    {
        var promotion = await cluster.Grains.GetGrain<IModelRegistryGrain>(0).PromoteAsync(version);
        Assert.True(promotion.Promoted, promotion.Message);
    }

    /// <summary>Waits until every silo's replica shows what was written last.</summary>
    public static async Task CatalogsFollowAsync(this RecActorsCluster cluster)
    {
        var head = await cluster.Storage.Catalog.GetHeadAsync(default);
        await Eventually.HoldsAsync(() => Task.FromResult(
            Enumerable.Range(0, cluster.Silos.Count).All(silo => cluster.Service<CatalogFeed>(silo).Cursor >= head)));
    }

    /// <summary>The silos of the shards, by index.</summary>
    public static async Task<SiloAddress[]> PlacesAsync(this RecActorsCluster cluster, int shards = Shards) => await Task.WhenAll(
        Enumerable.Range(0, shards).Select(async shard =>
            (await Eventually.SucceedsAsync(() => cluster.Service<IGrainFactory>().GetGrain<IVectorShardGrain>(shard).LocateAsync(shards))).Silo));
}
