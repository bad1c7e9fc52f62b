using Microsoft.Extensions.DependencyInjection;
using RecActors.Catalog;
using RecActors.ItemStats;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Snapshots;

namespace RecActors.Hosting;

/// <summary>
/// Prepares the first start on stores that were filled without a silo: what the start would derive from them, catalog and item statistics, is derived here and
/// left for it.
/// </summary>
public static class FirstStart
{
    /// <summary>
    /// Writes what is worth it. Does nothing where nothing is kept, or where there are models: a start begins with the statistics of the one that serves, or
    /// with those that an earlier process has left.
    /// </summary>
    /// <param name="services">Of a process that serves, whose silo is not started and will not be: its replicas are filled by this.</param>
    /// <param name="cancellationToken">Ends it; what is there stays.</param>
    public static async Task PrepareAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.GetRequiredService<IStartSnapshots>().AreKept
            || (await services.GetRequiredService<IBundleStore>().ListAsync(cancellationToken)).Count > 0)
        {
            return;
        }

        var feed = services.GetRequiredService<CatalogFeed>();
        await feed.LoadAsync(cancellationToken);
        await services.GetRequiredService<CatalogSnapshots>().WriteAtEndAsync(feed.Cursor);

        var (replay, snapshots) = (services.GetRequiredService<StatisticsReplay>(), services.GetRequiredService<StatisticsSnapshots>());
        services.GetRequiredService<ItemStatistics>().TrendingItems.MoveTo(services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds());
        var counted = await snapshots.RestoreAsync(model: null, cancellationToken) ?? await replay.BeginAsync(model: null, cancellationToken);
        await snapshots.Take(await replay.RunAsync(counted, cancellationToken));
    }
}
