using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RecActors.Hosting;
using RecActors.Items;
using RecActors.Storage;

namespace RecActors.Catalog;

/// <summary>What a silo makes of a catalog store that is away, or that has lost data.</summary>
public sealed class CatalogFeedTests : IAsyncLifetime
{
    private RecActorsCluster? _cluster;

    private RecActorsCluster Cluster => _cluster!;

    private FaultyCatalog Catalog => (FaultyCatalog)Cluster.Service<ICatalogStore>();

    public async ValueTask InitializeAsync() => _cluster = await RecActorsCluster.StartAsync(configure: silo =>
    {
        silo.Services.AddSingleton<ICatalogStore>(services => new FaultyCatalog(services.GetRequiredService<EmbeddedStorage>().Catalog));
        silo.Configure<CatalogOptions>(options => (options.FeedPollInterval, options.MaxLag) = (TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100)));
        silo.Configure<Models.ModelReplicaOptions>(options => options.AllowColdStart = true);
    });

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Follow_FeedGoesBack_SaysSoAndEndsTheProcess()
    {
        await Cluster.PutItemsAsync(new Item { ItemId = "a" }, new Item { ItemId = "b" });
        await Eventually.HoldsAsync(() => Task.FromResult(Cluster.Service<CatalogFeed>().Cursor == 2));
        var lifetime = Cluster.Service<IHostApplicationLifetime>();
        Assert.False(lifetime.ApplicationStopping.IsCancellationRequested);

        Catalog.Lost = 1;
        await Eventually.HoldsAsync(() => Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested));

        var report = Cluster.Service<ISiloReadiness>().Report();
        Assert.True(report.StorageLost);
        Assert.False(report.IsReady || report.CanAnswer);
    }

    [Fact]
    public async Task Follow_StoreAway_LagsUnansweredAndIsLevelAgainWithoutNews()
    {
        await Cluster.PutItemsAsync(new Item { ItemId = "a" });
        Catalog.IsDown = true;

        // A feed that was starved lags as well, and answers.
        await Eventually.HoldsAsync(() => Task.FromResult(Report() is { IsReady: false, CatalogAnswered: false }));
        Assert.True(Report().CanAnswer);

        Catalog.IsDown = false;
        await Eventually.HoldsAsync(() => Task.FromResult(Report() is { IsReady: true, CatalogAnswered: true }));
    }

    private ReadinessReport Report() => Cluster.Service<ISiloReadiness>().Report();
}
