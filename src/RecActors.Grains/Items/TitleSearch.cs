using RecActors.Catalog;
using RecActors.ItemToItem;

namespace RecActors.Items;

/// <summary>
/// Searches the titles of this silo's catalog. The index is made when somebody searches, not before, and anew after changes, but not so
/// often that it would take more than a tenth of a processor. Thread-safe.
/// </summary>
internal sealed class TitleSearch(CatalogReplica catalog, ItemStatistics statistics, TimeProvider time)
{
    private const int RestPerWork = 10;

    private readonly Lock _gate = new();
    private Task<TitleIndex>? _index;
    private long _generation = -1;
    private long _notBefore = long.MinValue;

    /// <summary>Items by their id, or by the words of their titles, the most acted on lately first; hidden ones among them.</summary>
    public async Task<IReadOnlyList<ScoredItem>> FindAsync(string query, int count)
    {
        var rows = (await IndexAsync()).Find(query).Where(row => catalog[row] is not null);
        if (catalog.TryGetRow(query.Trim(), out var named) && catalog[named] is not null)
        {
            rows = rows.Where(row => row != named).Prepend(named);
        }

        return [.. rows
            .Select(row => new ScoredItem(catalog.IdOf(row), statistics.RecentPopularity(row), catalog[row]?.Comment))
            .OrderByDescending(item => item.ItemId == query)
            .ThenByDescending(item => item.Score)
            .ThenBy(item => item.ItemId, StringComparer.Ordinal)
            .Take(count)];
    }

    private Task<TitleIndex> IndexAsync()
    {
        lock (_gate)
        {
            var isStale = _index is null or { IsFaulted: true } || (_index.IsCompleted && _generation != catalog.Generation && time.GetTimestamp() >= _notBefore);
            if (isStale)
            {
                _generation = catalog.Generation;
                _index = Task.Run(Build);
            }

            return _index!;
        }
    }

    private TitleIndex Build()
    {
        var started = time.GetTimestamp();
        var index = TitleIndex.Of(catalog);
        _notBefore = time.GetTimestamp() + ((time.GetTimestamp() - started) * RestPerWork);
        return index;
    }
}
