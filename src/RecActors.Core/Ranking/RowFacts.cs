using RecActors.Catalog;
using RecActors.Hardware;

namespace RecActors.Ranking;

/// <summary>
/// What queries ask about hundreds of items each, in twelve bytes and a bit per row: whether the item may be recommended at all, its year and its time.
/// The records behind them would be as many cache misses. One writer at a time, readers without a lock. Facts may be known here
/// a moment before the catalog shows them; on what an answer holds, the record has the last word.
/// </summary>
internal sealed class RowFacts : ICatalogObserver
{
    private const int Shown = 1;
    private const int Expires = 2;
    private const int YearShift = 2;

    /// <summary>Rows of a word of bits, as a power of two.</summary>
    private const int WordShift = 6;

    private int[] _facts = [];
    private long[] _timestamps = [];

    /// <summary>A bit for each row that is shown at any time: of a million rows they fit into a core's caches, which is asked about thousands of rows for an answer.</summary>
    private ulong[] _alwaysShown = [];

    private RowFacts()
    {
    }

    /// <summary>Follows the catalog for as long as the catalog lives.</summary>
    public static RowFacts Of(CatalogReplica catalog)
    {
        var facts = new RowFacts();
        catalog.Subscribe(facts, replay: true);
        return facts;
    }

    /// <summary>False when the item is unknown, deleted or hidden. With an expiry, the record must be asked.</summary>
    public bool IsShown(int row, out bool expires)
    {
        var facts = FactsOf(row);
        expires = (facts & Expires) != 0;
        return (facts & Shown) != 0;
    }

    /// <summary>True when the item is shown and does not expire. Most are; of the others, <see cref="IsShown"/> knows more.</summary>
    public bool IsAlwaysShown(int row)
    {
        var (words, word) = (Volatile.Read(ref _alwaysShown), row >> WordShift);
        return (uint)word < (uint)words.Length && (words[word] & (1UL << row)) != 0;
    }

    /// <summary>The item's <see cref="ReleaseYear"/>, 0 when it is not known.</summary>
    public int YearOf(int row) => FactsOf(row) >> YearShift;

    /// <summary>The item's time in Unix milliseconds, 0 when it or the item is not known.</summary>
    public long TimestampMsOf(int row)
    {
        var timestamps = Volatile.Read(ref _timestamps);
        return row < timestamps.Length ? timestamps[row] : 0;
    }

    /// <summary>Asks for the year and the time of an item that will be read soon; a hint.</summary>
    public void Prefetch(int row)
    {
        var (facts, timestamps) = (Volatile.Read(ref _facts), Volatile.Read(ref _timestamps));
        if (row < Math.Min(facts.Length, timestamps.Length))
        {
            CacheHint.Read(ref facts[row]);
            CacheHint.Read(ref timestamps[row]);
        }
    }

    public void OnItemChanged(int row, ItemRecord? item, ContentFeatures features)
    {
        if (row >= _facts.Length)
        {
            var rows = Math.Max(row + 1, _facts.Length * 2);
            Volatile.Write(ref _facts, Grown(_facts, rows));
            Volatile.Write(ref _timestamps, Grown(_timestamps, rows));
            Volatile.Write(ref _alwaysShown, Grown(_alwaysShown, (rows >> WordShift) + 1));
        }

        var shown = item is { IsHidden: false } ? Shown : 0;
        var expires = item?.ExpiresAtMs is null ? 0 : Expires;
        _facts[row] = shown | expires | (ReleaseYear.Of(features, item) << YearShift);
        Volatile.Write(ref _timestamps[row], item?.TimestampMs ?? 0);
        ref var word = ref _alwaysShown[row >> WordShift];
        var bit = 1UL << row;
        Volatile.Write(ref word, shown != 0 && expires == 0 ? word | bit : word & ~bit);
    }

    private static T[] Grown<T>(T[] values, int length)
    {
        var grown = new T[length];
        values.CopyTo(grown, 0);
        return grown;
    }

    private int FactsOf(int row)
    {
        var facts = Volatile.Read(ref _facts);
        return row < facts.Length ? facts[row] : 0;
    }
}
