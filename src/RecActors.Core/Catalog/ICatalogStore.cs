namespace RecActors.Catalog;

/// <summary>
/// The truth about items, and a feed of its changes in order. A write is one transaction: the item's row and its entry in
/// the feed. Safe for concurrent use; writes of one item come from its one owner. Any call may throw a
/// <see cref="CatalogUnavailableException"/>.
/// </summary>
public interface ICatalogStore
{
    /// <summary>The item, or null.</summary>
    ValueTask<ItemRecord?> GetAsync(string itemId, CancellationToken cancellationToken);

    /// <summary>
    /// The item's last change, of number 0 when there was never one; its record is null when there is none (any more). The record is
    /// as new as the number or newer: a write after that number overwrites nothing that was not read.
    /// </summary>
    ValueTask<CatalogChange> GetLastChangeAsync(string itemId, CancellationToken cancellationToken);

    /// <summary>Writes the item and returns its feed number when both are durable.</summary>
    /// <param name="item">The new record.</param>
    /// <param name="after">The number of the item's last change, as the writer knows it, 0 for none; null to write whatever is there.</param>
    /// <param name="cancellationToken">Given up before the write begins, not after.</param>
    /// <exception cref="ItemChangedException">The item's last change is another one; nothing was written.</exception>
    ValueTask<long> PutAsync(ItemRecord item, long? after, CancellationToken cancellationToken);

    /// <summary>Removes the item and returns its feed number when both are durable.</summary>
    /// <param name="itemId">The item.</param>
    /// <param name="after">As for <see cref="PutAsync(ItemRecord, long?, CancellationToken)"/>.</param>
    /// <param name="cancellationToken">Given up before the write begins, not after.</param>
    /// <exception cref="ItemChangedException">The item's last change is another one; nothing was removed.</exception>
    ValueTask<long> DeleteAsync(string itemId, long? after, CancellationToken cancellationToken);

    /// <summary>Writes the item whatever is there: for those who own all the data, such as an import.</summary>
    ValueTask<long> PutAsync(ItemRecord item, CancellationToken cancellationToken) => PutAsync(item, after: null, cancellationToken);

    /// <summary>Removes the item whatever is there.</summary>
    ValueTask<long> DeleteAsync(string itemId, CancellationToken cancellationToken) => DeleteAsync(itemId, after: null, cancellationToken);

    /// <summary>The number of the newest feed entry, 0 for an empty catalog.</summary>
    ValueTask<long> GetHeadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Changes after <paramref name="after"/>, oldest first; several changes of an item may be folded into its last.
    /// From 0 it streams the whole catalog.
    /// </summary>
    IAsyncEnumerable<CatalogChange> ReadChangesAsync(long after, CancellationToken cancellationToken);

    /// <summary>Up to <paramref name="count"/> items in ordinal order of their ids, after <paramref name="afterItemId"/> (exclusive; null for the first).</summary>
    ValueTask<IReadOnlyList<ItemRecord>> ListAsync(string? afterItemId, int count, CancellationToken cancellationToken);
}

/// <summary>One change: the item's new record, or null when it was deleted.</summary>
public readonly record struct CatalogChange(long Number, string ItemId, ItemRecord? Item);
