using Orleans.Concurrency;
using RecActors.Catalog;
using RecActors.Failures;
using RecActors.Filters;
using RecActors.Hosting;
using RecActors.ItemToItem;
using RecActors.Ranking;

namespace RecActors.Items;

/// <summary>Lists from this silo's replicas: no other grain is called.</summary>
[GrainType("item-lists")]
[StatelessWorker]
internal sealed class ItemListsGrain(
    ICatalogStore store,
    CatalogReplica catalog,
    ItemStatistics statistics,
    PopularItems popular,
    SimilarItems similar,
    TitleSearch titles,
    ISiloReadiness readiness,
    TimeProvider time)
    : Grain, IItemListsGrain
{
    private static readonly Comparer<(long TimestampMs, string ItemId)> NewestLast = Comparer<(long TimestampMs, string ItemId)>.Create(
        (left, right) => left.TimestampMs != right.TimestampMs
            ? left.TimestampMs.CompareTo(right.TimestampMs)
            : string.CompareOrdinal(right.ItemId, left.ItemId));

    public override Task OnActivateAsync(CancellationToken cancellationToken) => readiness.WaitUntilStartedAsync(cancellationToken);

    public async Task<IReadOnlyList<ScoredItem>?> NeighborsAsync(string itemId, ItemListQuery query, CancellationToken cancellationToken)
    {
        if (!catalog.TryGetRow(itemId, out var row) || catalog[row] is null)
        {
            return null;
        }

        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var where = RequestMapping.FilterOf(query.Where, catalog);
        var listed = Listed(query, where, nowMs);
        var neighbors = await similar.ToAsync(
            row, query.Offset + query.Count, query.Category, where, nowMs, other => other != row && listed(other), cancellationToken);
        return Page(neighbors.Select(neighbor => (neighbor.Row, (double)neighbor.Score)), query);
    }

    public Task<IReadOnlyList<ScoredItem>> LatestAsync(ItemListQuery query, CancellationToken cancellationToken)
    {
        var listed = Listed(query);
        var depth = query.Offset + query.Count;

        // Ties by id: rows are numbered anew at every start.
        var newest = new PriorityQueue<int, (long TimestampMs, string ItemId)>(NewestLast);
        for (var row = 0; row < catalog.Count; row++)
        {
            if (catalog[row] is { } item && listed(row))
            {
                newest.Enqueue(row, (item.TimestampMs, item.ItemId));
                if (newest.Count > depth)
                {
                    newest.Dequeue();
                }
            }
        }

        var rows = new Stack<(int, double)>();
        while (newest.TryDequeue(out var row, out var age))
        {
            rows.Push((row, age.TimestampMs / 1000.0));
        }

        return Task.FromResult(Page(rows, query));
    }

    public Task<IReadOnlyList<ScoredItem>> PopularAsync(ItemListQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(Page(popular.Find(query.Offset + query.Count, Listed(query)).Select(item => (item.Row, (double)item.Score)), query));

    public Task<IReadOnlyList<ScoredItem>?> TrendingAsync(string? window, ItemListQuery query, CancellationToken cancellationToken)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var listed = Listed(query, RequestMapping.FilterOf(query.Where, catalog), nowMs);
        return Task.FromResult(statistics.TrendingItems.Ranked(window, nowMs) is { } ranked
            ? Page(ranked.Where(item => listed(item.Row)).Select(item => (item.Row, (double)item.Score)), query)
            : null);
    }

    public Task<IReadOnlyList<string>> TrendingWindowsAsync(CancellationToken cancellationToken) => Task.FromResult(statistics.TrendingItems.Windows);

    public async Task<IReadOnlyList<Item>> ListAsync(string? afterItemId, int count, CancellationToken cancellationToken) =>
        [.. (await OrUnavailableAsync(() => store.ListAsync(afterItemId, count, cancellationToken))).Select(Item.From)];

    public Task<IReadOnlyList<ScoredItem>> SearchAsync(string query, int count, CancellationToken cancellationToken) => titles.FindAsync(query, count);

    public async Task<IReadOnlyList<string>> KnownAsync(IReadOnlyList<string> itemIds, CancellationToken cancellationToken)
    {
        var known = new List<string>(itemIds.Count);
        foreach (var itemId in itemIds)
        {
            // The replica may be a moment behind; what it lacks is looked up in the store.
            if ((catalog.TryGetRow(itemId, out var row) && catalog[row] is not null)
                || await OrUnavailableAsync(() => store.GetAsync(itemId, cancellationToken)) is not null)
            {
                known.Add(itemId);
            }
        }

        return known;
    }

    private static async Task<T> OrUnavailableAsync<T>(Func<ValueTask<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new UnavailableException("The catalog does not answer.", failure);
        }
    }

    /// <summary>What a list may show: known, neither hidden nor expired, of the category.</summary>
    private Predicate<int> Listed(ItemListQuery query) =>
        Listed(query, RequestMapping.FilterOf(query.Where, catalog), time.GetUtcNow().ToUnixTimeMilliseconds());

    private Predicate<int> Listed(ItemListQuery query, ItemFilter? where, long nowMs) => row => row < catalog.Count
        && catalog[row] is { IsHidden: false } item
        && !(item.ExpiresAtMs <= nowMs)
        && (query.Category is null || item.Categories.Contains(query.Category, StringComparer.Ordinal))
        && (where is null || where.Allows(row, item));

    private IReadOnlyList<ScoredItem> Page(IEnumerable<(int Row, double Score)> rows, ItemListQuery query) =>
        [.. rows.Skip(query.Offset).Take(query.Count).Select(item => new ScoredItem(catalog.IdOf(item.Row), item.Score, catalog[item.Row]?.Comment))];
}
