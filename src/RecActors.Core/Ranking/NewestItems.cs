using RecActors.Catalog;

namespace RecActors.Ranking;

/// <summary>
/// The items with the latest timestamps, kept up to date with the catalog. Bounded: when items among them are deleted, older
/// ones come back only with their next change. Thread-safe.
/// </summary>
internal sealed class NewestItems : ICatalogObserver
{
    private readonly Lock _lock = new();
    private readonly SortedSet<(long TimestampMs, int Row)> _newest = [];
    private readonly Dictionary<int, long> _timestamps = [];
    private readonly int _capacity;
    private (long TimestampMs, int Row)[]? _snapshot = [];

    private NewestItems(int capacity) => _capacity = capacity;

    /// <summary>They with their times, newest first, equal times by descending row: a later row came later.</summary>
    public (long TimestampMs, int Row)[] Items
    {
        get
        {
            if (Volatile.Read(ref _snapshot) is { } items)
            {
                return items;
            }

            lock (_lock)
            {
                return _snapshot ??= [.. _newest.Reverse()];
            }
        }
    }

    /// <summary>Follows the catalog for as long as the catalog lives.</summary>
    public static NewestItems Of(CatalogReplica catalog, int capacity)
    {
        var newest = new NewestItems(capacity);
        catalog.Subscribe(newest, replay: true);
        return newest;
    }

    public void OnItemChanged(int row, ItemRecord? item, ContentFeatures features)
    {
        lock (_lock)
        {
            Replace(row, item);
        }
    }

    private void Replace(int row, ItemRecord? item)
    {
        if (_timestamps.Remove(row, out var old))
        {
            _newest.Remove((old, row));
            Volatile.Write(ref _snapshot, null);
        }

        // 0 is an unknown time, which is not a new item's.
        if (item is not { TimestampMs: > 0 })
        {
            return;
        }

        var entry = (item.TimestampMs, row);
        if (_newest.Count < _capacity)
        {
            Insert(entry);
        }
        else if (_capacity > 0 && _newest.Min.CompareTo(entry) < 0)
        {
            _timestamps.Remove(_newest.Min.Row);
            _newest.Remove(_newest.Min);
            Insert(entry);
        }
    }

    private void Insert((long TimestampMs, int Row) entry)
    {
        _newest.Add(entry);
        _timestamps[entry.Row] = entry.TimestampMs;
        Volatile.Write(ref _snapshot, null);
    }
}
