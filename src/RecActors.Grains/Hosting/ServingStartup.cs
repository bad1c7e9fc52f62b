using RecActors.Anonymous;
using RecActors.Catalog;
using RecActors.ItemStats;
using RecActors.Models;
using RecActors.Sharding;

namespace RecActors.Hosting;

/// <summary>
/// What a serving silo does before it answers: the catalog before the cluster knows the silo; then the model, which the registry
/// grain names; then the statistics. Users that are activated meanwhile wait. Afterwards it keeps all three up to date.
/// </summary>
internal sealed class ServingStartup(
    CatalogFeed feed,
    ServingVersionPoll serving,
    ModelHolder models,
    StatisticsStart statistics,
    StatisticsSnapshots statisticsSnapshots,
    CatalogSnapshots catalogSnapshots,
    ReducedLog reduced,
    StatisticsExchange exchange,
    MembershipLease lease,
    ShardWatch shards,
    RetrievalIndexes indexes,
    AnonymousWakeUp anonymous,
    SiloReadiness readiness,
    StartTimes times,
    BackgroundLoops loops) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle)
    {
        // Stopped in the opposite order: the statistics leave after the users' grains have written their last actions.
        lifecycle.Subscribe(nameof(CatalogFeed), ServiceLifecycleStage.ApplicationServices, LoadAsync, LeaveAsync);
        lifecycle.Subscribe(nameof(ServingStartup), ServiceLifecycleStage.Active, StartAsync, StopAsync);
    }

    private Task LoadAsync(CancellationToken cancellationToken) => times.MeasureAsync("catalog", () => feed.LoadAsync(cancellationToken));

    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await exchange.LeaveAsync(cancellationToken);
        if (statistics.IsComplete)
        {
            await reduced.WriteAsync(CancellationToken.None);
            await statisticsSnapshots.TakeAtEndAsync(cancellationToken);
            await catalogSnapshots.WriteAtEndAsync(await feed.LevelAsync(cancellationToken));
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await times.MeasureAsync("model", () => serving.StartAsync(cancellationToken));
            await times.MeasureAsync("statistics", () => statistics.RunAsync(models.Current.Bundle?.Manifest, cancellationToken));
            await shards.StartAsync(cancellationToken);

            // A promotion meanwhile may have counted this silo among those that were not there yet.
            await serving.StartAsync(cancellationToken);
        }
        catch (Exception failure)
        {
            readiness.Failed(failure);
            throw;
        }

        await lease.ConfirmAsync(cancellationToken);
        loops.Start(feed.FollowAsync, serving.FollowAsync, exchange.RunAsync, lease.RunAsync, shards.RunAsync, indexes.RunAsync, anonymous.RunAsync,
            statisticsSnapshots.FollowAsync, reduced.FollowAsync, stopping => catalogSnapshots.FollowAsync(() => feed.Cursor, stopping));
        readiness.Started();
        times.Ready();
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await readiness.StopAsync();
        await shards.HandOverAsync(cancellationToken);
        await loops.StopAsync();
    }
}
