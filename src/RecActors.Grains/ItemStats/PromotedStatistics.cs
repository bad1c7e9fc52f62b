using RecActors.Catalog;
using RecActors.ItemToItem;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Snapshots;
using RecActors.Threads;

namespace RecActors.ItemStats;

/// <summary>
/// Statistics of a model that came to serve after this silo had begun with another's: what the next start would derive, from what the model's refit counted
/// anew and what came after its cut. Derived beside serving, apart from the statistics that serve, on one thread that gives way. One per silo.
/// </summary>
internal sealed class PromotedStatistics(
    StatisticsReplay replay, ItemStatistics serving, CatalogReplica catalog, IBundleStore bundles, TimeProvider time)
{
    /// <summary>Counts on from what is stored, up to the journals' head.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stored">Its statistics as they were written last, or null to begin with those of its bundle.</param>
    /// <param name="rules">A hash of the options by which actions are counted.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="InvalidDataException">The bundle is missing, corrupt or of a newer format.</exception>
    public async Task<ItemStatisticsSnapshot> DeriveAsync(
        BundleManifest model, ItemStatisticsSnapshot? stored, ulong rules, CancellationToken cancellationToken)
    {
        var state = stored?.State ?? await StoredBundle.ReadStatisticsAsync(bundles, model.Version, cancellationToken);
        var counted = new JournalPosition(stored?.Position ?? model.JournalCut);
        return await BackgroundThread.RunAsync(
            "RecActors promoted statistics", () => Derive(model, state, stored?.Recency, counted, rules, cancellationToken), cancellationToken, onlyIdleTime: true);
    }

    private ItemStatisticsSnapshot Derive(
        BundleManifest model, ItemStatisticsState state, RecencyState? recency, JournalPosition counted, ulong rules, CancellationToken cancellationToken)
    {
        var statistics = new ItemStatistics(serving.Options, catalog.RowsById);
        statistics.TrendingItems.MoveTo(time.GetUtcNow().ToUnixTimeMilliseconds());
        statistics.Import(state, catalog.Intern);
        if (recency is not null)
        {
            statistics.ImportRecency(recency, catalog.Intern);
        }

        // Whatever it awaits is done on this thread: the journal reads in place here.
        var head = replay.Into(statistics).RunAsync(counted, cancellationToken).GetAwaiter().GetResult();
        var giveUp = cancellationToken.ThrowIfCancellationRequested;
        return new(head.Value, model.Version, rules, statistics.Export(catalog.IdOf, giveUp), statistics.ExportRecency(catalog.IdOf, giveUp));
    }
}
