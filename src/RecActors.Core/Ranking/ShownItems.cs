using RecActors.Catalog;

namespace RecActors.Ranking;

/// <summary>
/// One byte per row on whether the item may be recommended at all. Sources ask about hundreds of rows that never become
/// candidates; the records behind them would be as many cache misses. One writer at a time, readers without a lock.
/// A row may be shown here a moment before the catalog shows it, never in an answer: the record has the last word.
/// </summary>
internal sealed class ShownItems : ICatalogObserver
{
    private const byte Shown = 1;
    private const byte Expires = 2;

    private byte[] _flags = [];

    private ShownItems()
    {
    }

    /// <summary>Follows the catalog for as long as the catalog lives.</summary>
    public static ShownItems Of(CatalogReplica catalog)
    {
        var shown = new ShownItems();
        catalog.Subscribe(shown, replay: true);
        return shown;
    }

    /// <summary>False when the item is unknown, deleted or hidden. With an expiry, the record must be asked.</summary>
    public bool IsShown(int row, out bool expires)
    {
        var flags = Volatile.Read(ref _flags);
        var flag = row < flags.Length ? flags[row] : (byte)0;
        expires = (flag & Expires) != 0;
        return (flag & Shown) != 0;
    }

    public void OnItemChanged(int row, ItemRecord? item, ContentFeatures features)
    {
        if (row >= _flags.Length)
        {
            var grown = new byte[Math.Max(row + 1, _flags.Length * 2)];
            _flags.CopyTo(grown, 0);
            Volatile.Write(ref _flags, grown);
        }

        _flags[row] = item is { IsHidden: false } ? (byte)(item.ExpiresAtMs is null ? Shown : Shown | Expires) : (byte)0;
    }
}
