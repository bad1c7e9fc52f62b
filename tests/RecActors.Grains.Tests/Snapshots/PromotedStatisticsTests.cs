using Microsoft.Extensions.DependencyInjection;
using RecActors.Catalog;
using RecActors.Hosting;
using RecActors.ItemStats;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Storage;

namespace RecActors.Snapshots;

/// <summary>After a promotion the next start finds the statistics that it would have counted: the new model's, and what came after its cut.</summary>
public sealed class PromotedStatisticsTests : IDisposable
{
    /// <summary>In the model's statistics only, so that it shows where statistics began.</summary>
    private const double Mark = 1000;

    private readonly ClusterFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TakePromoted_AModelCameToServe_WritesItsStatisticsWithEveryActionAfterItsCut()
    {
        await using var cluster = await StartAsync();
        await ActAsync(cluster, "before");
        var bundle = await PromoteAsync(cluster);
        await ActAsync(cluster, "after");
        var (snapshots, served) = (cluster.Service<StatisticsSnapshots>(), ServedStatistics.Of(cluster));

        Assert.True(await snapshots.TakePromotedAsync(Token));

        var first = await StoredAsync(cluster);
        Assert.Equal((bundle.Manifest.Version, await HeadAsync(cluster)), (first.ModelVersion, first.Position));
        Assert.Equal(ServedStatistics.Bytes(await DerivedAsync(cluster, bundle, first.Position)), ServedStatistics.Bytes(first.State));

        // From there it goes on: what is marked once more comes again.
        first.State.Counts[0] += Mark;
        await cluster.Storage.Snapshots.WriteStatisticsAsync(first, Token);
        await ActAsync(cluster, "later");
        Assert.True(await snapshots.TakePromotedAsync(Token));
        var second = await StoredAsync(cluster);
        var derived = await DerivedAsync(cluster, bundle, second.Position);
        Assert.Equal(derived.Counts.Sum() + Mark, second.State.Counts.Sum());
        Assert.Equal(derived.PairValues, second.State.PairValues);

        // Nothing has come since, and those who are served have what they had, and the later actions.
        Assert.False(await snapshots.TakePromotedAsync(Token));
        Assert.False(await snapshots.TakeBesideAsync(Token));
        Assert.Equal(served.Counts.Sum() + second.State.Counts.Sum() - first.State.Counts.Sum(), ServedStatistics.Of(cluster).Counts.Sum());
    }

    [Fact]
    public async Task Start_AfterAPromotionAndAKill_BeginsWithWhatWasDerivedAndCountsTheRest()
    {
        await using (var cluster = await StartAsync())
        {
            await ActAsync(cluster, "before");
            await PromoteAsync(cluster);
            await ActAsync(cluster, "after");
            Assert.True(await cluster.Service<StatisticsSnapshots>().TakePromotedAsync(Token));
            var stored = await StoredAsync(cluster);
            stored.State.Counts[0] += Mark;
            await cluster.Storage.Snapshots.WriteStatisticsAsync(stored, Token);
            await ActAsync(cluster, "uncounted");
            await cluster.KillAsync(cluster.Silos[0]);
        }

        await using var again = await StartAsync();
        var bundle = BundleCodec.Decode(await again.Storage.Bundles.LoadAsync(again.Service<ModelHolder>().Current.Version, Token));
        var expected = await DerivedAsync(again, bundle, await HeadAsync(again));

        Assert.Equal(expected.Counts.Sum() + Mark, ServedStatistics.Of(again).Counts.Sum());
        Assert.Equal(expected.PairValues, ServedStatistics.Of(again).PairValues);

        // It began with this model's, so that the usual copies go on.
        await ActAsync(again, "last");
        Assert.False(await again.Service<StatisticsSnapshots>().TakePromotedAsync(Token));
        Assert.True(await again.Service<StatisticsSnapshots>().TakeBesideAsync(Token));
    }

    [Fact]
    public async Task TakePromoted_TheBundleIsDamaged_LeavesWhatIsStoredAndFails()
    {
        await using var cluster = await StartAsync();
        await ActAsync(cluster, "before");
        Assert.True(await cluster.Service<StatisticsSnapshots>().TakeBesideAsync(Token));
        var stored = await StoredAsync(cluster);
        var bundle = await PromoteAsync(cluster);
        await ActAsync(cluster, "after");
        await cluster.Storage.Bundles.DeleteAsync(bundle.Manifest.Version, Token);

        await Assert.ThrowsAsync<InvalidDataException>(() => cluster.Service<StatisticsSnapshots>().TakePromotedAsync(Token));

        Assert.Equal(stored.Position, (await StoredAsync(cluster)).Position);
    }

    [Fact]
    public async Task TakePromoted_WhatIsStoredIsDamaged_BeginsWithTheBundleAgain()
    {
        await using var cluster = await StartAsync();
        await ActAsync(cluster, "before");
        var bundle = await PromoteAsync(cluster);
        await ActAsync(cluster, "after");
        Assert.True(await cluster.Service<StatisticsSnapshots>().TakePromotedAsync(Token));
        await File.WriteAllBytesAsync(Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "snapshots"), "statistics-*")), [], Token);
        await ActAsync(cluster, "later");

        Assert.True(await cluster.Service<StatisticsSnapshots>().TakePromotedAsync(Token));

        var stored = await StoredAsync(cluster);
        Assert.Equal(await HeadAsync(cluster), stored.Position);
        Assert.Equal(ServedStatistics.Bytes(await DerivedAsync(cluster, bundle, stored.Position)), ServedStatistics.Bytes(stored.State));
    }

    private Task<RecActorsCluster> StartAsync() => RecActorsCluster.StartAsync(
        folder: _folder.Path,
        configure: silo =>
        {
            silo.Services.AddSingleton<IStartSnapshots>(services => services.GetRequiredService<EmbeddedStorage>().Snapshots);
            silo.Configure<ItemStatsOptions>(options => (options.SnapshotActions, options.SnapshotInterval) = (1, TimeSpan.FromDays(1)));
        });

    /// <summary>Some users act on items of each other, and on one that tells when.</summary>
    private static async Task ActAsync(RecActorsCluster cluster, string when)
    {
        for (var user = 0; user < 8; user++)
        {
            await cluster.User($"user-{user}").AppendAsync(RecActorsCluster.Likes($"item-{user}", $"item-{(user + when.Length) % 8}", when));
        }
    }

    /// <summary>Publishes a model of all that there is, whose statistics show that they are its, and has it serve.</summary>
    private static async Task<ModelBundle> PromoteAsync(RecActorsCluster cluster)
    {
        var registry = cluster.Grains.GetGrain<IModelRegistryGrain>(0);
        var ticket = await registry.ReserveAsync();
        var (statistics, cut) = (ServedStatistics.Of(cluster), await HeadAsync(cluster));
        statistics.Counts[0] += Mark;
        var bundle = TestBundles.Of(ticket.Version, statistics.ItemIds, cut) with { Statistics = statistics };
        await cluster.Storage.Bundles.SaveAsync(BundleCodec.Encode(bundle), Token);
        Assert.True(await registry.PublishAsync(ticket, new ModelDescription { Version = ticket.Version, JournalCut = cut }));
        Assert.True((await registry.PromoteAsync(ticket.Version)).Promoted);
        return bundle;
    }

    /// <summary>What a start derives that finds nothing but the bundle and the journals.</summary>
    private static async Task<ItemStatisticsState> DerivedAsync(RecActorsCluster cluster, ModelBundle bundle, long through)
    {
        var catalog = new CatalogReplica();
        var statistics = new ItemStatistics(new ItemStatisticsOptions(), catalog.RowsById);
        statistics.Import(bundle.Statistics, catalog.Intern);
        await Recount.CountAsync(cluster.StoredJournal, statistics, catalog, bundle.Manifest.JournalCut, through, Token);
        return statistics.Export(catalog.IdOf);
    }

    private static async Task<long> HeadAsync(RecActorsCluster cluster) => (await cluster.StoredJournal.GetHeadAsync(Token)).Value;

    private static async Task<ItemStatisticsSnapshot> StoredAsync(RecActorsCluster cluster) => (await cluster.Storage.Snapshots.ReadStatisticsAsync(Token))!;
}
