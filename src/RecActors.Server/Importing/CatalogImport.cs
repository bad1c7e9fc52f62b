using RecActors.Catalog;

namespace RecActors.Importing;

/// <summary>
/// Writes items into the catalog of a data folder that no silo serves from yet. Repeating it writes nothing: a record that is
/// there already, word for word, is left alone.
/// </summary>
internal sealed class CatalogImport(ICatalogStore catalog)
{
    // The store commits writes in groups; this many wait for the same commit.
    private const int ConcurrentWrites = 1024;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Items written.</summary>
    public long Written { get; private set; }

    /// <summary>Writes the items that differ from what the catalog has.</summary>
    /// <param name="items">A later record of an item replaces an earlier one.</param>
    /// <param name="progress">Told the number of items gone through.</param>
    /// <param name="cancellationToken">Stops between groups; what was written stays.</param>
    public async Task RunAsync(IEnumerable<ItemRecord> items, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var done = 0L;
        foreach (var group in items.Chunk(ConcurrentWrites))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var newest = group.GroupBy(item => item.ItemId, StringComparer.Ordinal).Select(records => records.Last());
            var writes = await Task.WhenAll(newest.Select(item => WriteAsync(item, cancellationToken)));
            Written += writes.Count(written => written);
            done += group.Length;
            progress.Report(done);
        }
    }

    /// <summary>Makes items that only actions name known, as the server does.</summary>
    public async Task EnsureAsync(IEnumerable<string> itemIds, CancellationToken cancellationToken)
    {
        var unknown = itemIds.Where(_known.Add).ToList();
        var writes = await Task.WhenAll(unknown.Select(async itemId =>
        {
            if (await catalog.GetAsync(itemId, cancellationToken) is not null)
            {
                return false;
            }

            await catalog.PutAsync(new ItemRecord { ItemId = itemId, Version = 1 }, cancellationToken);
            return true;
        }));
        Written += writes.Count(written => written);
    }

    private async Task<bool> WriteAsync(ItemRecord item, CancellationToken cancellationToken)
    {
        _known.Add(item.ItemId);
        var present = await catalog.GetAsync(item.ItemId, cancellationToken);
        if (present is not null && SameContent(present, item))
        {
            return false;
        }

        await catalog.PutAsync(item with { Version = (present?.Version ?? 0) + 1 }, cancellationToken);
        return true;
    }

    private static bool SameContent(ItemRecord left, ItemRecord right) =>
        left.Categories.SequenceEqual(right.Categories, StringComparer.Ordinal)
        && left with { Categories = right.Categories, Version = right.Version } == right;
}
