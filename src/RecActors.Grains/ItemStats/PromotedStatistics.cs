using RecActors.Catalog;
using RecActors.ItemToItem;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Snapshots;
using RecActors.Threads;

namespace RecActors.ItemStats;

/// <summary>
/// Statistics of a model that came to serve after this silo had begun with another's: what the next start would derive, from what the model's refit counted
/// anew and what came after its cut. Derived beside serving, apart from the statistics that serve, on one thread that gives way, if not to idle time alone: it
/// takes locks of the journal and the catalog, which those who serve wait for. One per silo.
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
    public Task<ItemStatisticsSnapshot> DeriveAsync(
        BundleManifest model, ItemStatisticsSnapshot? stored, ulong rules, CancellationToken cancellationToken) =>
        DeriveAsync(model, new Beginning(stored?.State, stored?.Recency, new(stored?.Position ?? model.JournalCut)), rules, cancellationToken);

    private async Task<ItemStatisticsSnapshot> DeriveAsync(BundleManifest model, Beginning beginning, ulong rules, CancellationToken cancellationToken)
    {
        beginning.State ??= await StoredBundle.ReadStatisticsAsync(bundles, model.Version, cancellationToken);
        return await BackgroundThread.RunAsync(
            "RecActors promoted statistics", () => Derive(model, beginning, rules, cancellationToken), cancellationToken);
    }

    private ItemStatisticsSnapshot Derive(BundleManifest model, Beginning beginning, ulong rules, CancellationToken cancellationToken)
    {
        var statistics = new ItemStatistics(serving.Options, catalog.RowsById);
        statistics.TrendingItems.MoveTo(time.GetUtcNow().ToUnixTimeMilliseconds());
        Import(beginning, statistics);

        // Whatever it awaits is done on this thread: the journal reads in place here.
        var head = replay.Into(statistics).RunAsync(beginning.Counted, cancellationToken).GetAwaiter().GetResult();
        var giveUp = cancellationToken.ThrowIfCancellationRequested;
        return new(head.Value, model.Version, rules, statistics.Export(catalog.IdOf, giveUp), statistics.ExportRecency(catalog.IdOf, giveUp));
    }

    /// <summary>And lets go of what it imports: it is as large as what is derived, of which there are two while it is exported.</summary>
    private void Import(Beginning beginning, ItemStatistics statistics)
    {
        statistics.Import(beginning.State!, catalog.Intern);
        beginning.State = null;
        if (beginning.Recency is { } recency)
        {
            statistics.ImportRecency(recency, catalog.Intern);
        }
    }

    /// <summary>What it counts on from, up to a position; of a bundle's statistics recent popularity is part.</summary>
    private sealed class Beginning(ItemStatisticsState? state, RecencyState? recency, JournalPosition counted)
    {
        public ItemStatisticsState? State { get; set; } = state;

        public RecencyState? Recency { get; } = recency;

        public JournalPosition Counted { get; } = counted;
    }
}
