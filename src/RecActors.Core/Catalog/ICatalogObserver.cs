namespace RecActors.Catalog;

/// <summary>Follows a <see cref="CatalogReplica"/>. Called by the one writer at a time, in the order of the changes; must be quick and must not throw.</summary>
public interface ICatalogObserver
{
    /// <summary>
    /// An item is about to change: readers of the replica see <paramref name="item"/> only after every observer has returned,
    /// so that whatever is derived from an item is there before the item is.
    /// </summary>
    /// <param name="row">The item's row; it may be new.</param>
    /// <param name="item">The new record, or null when the item is deleted.</param>
    /// <param name="features">The content of the new record; empty when the item is deleted.</param>
    void OnItemChanged(int row, ItemRecord? item, ContentFeatures features);
}
