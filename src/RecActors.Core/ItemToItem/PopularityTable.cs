namespace RecActors.ItemToItem;

/// <summary>
/// How often, how recently and since when items are acted on. Recent popularity r fades with every action on any item; kept as
/// log₂ r + clock / half-life, which fading does not change, so an action touches its own item only. One lock for writers, held for
/// some hundred nanoseconds; readers take none, except for the boards.
/// </summary>
internal sealed class PopularityTable(double halfLifeEvents)
{
    /// <summary>Rows kept on a board: a site shows fewer, and filters take some.</summary>
    private const int BoardSize = 1024;

    private readonly Lock _writers = new();
    private readonly RowBlocks<Entry?> _entries = new();

    private readonly PopularityBoard _recent = new(BoardSize);
    private readonly PopularityBoard _total = new(BoardSize);
    private float[] _roots = [];
    private double _clock;

    /// <summary>Rows below it may have been acted on.</summary>
    public int Capacity => _entries.Capacity;

    public double Count(int row) => _entries.Get(row)?.Count ?? 0;

    /// <summary>√count by row, for rows below its length: one flat array, since a scan over pairs reads it per pair. A later count may be missing.</summary>
    public ReadOnlySpan<float> Roots => Volatile.Read(ref _roots);

    public static float RootOf(ReadOnlySpan<float> roots, int row) => (uint)row < (uint)roots.Length ? roots[row] : 0;

    public long? FirstSeenMs(int row) => _entries.Get(row)?.FirstSeenMs;

    public float Recent(int row) =>
        _entries.Get(row) is { } entry ? (float)double.Exp2(entry.RecentKey - (Volatile.Read(ref _clock) / halfLifeEvents)) : 0;

    public void Add(in PopularityIncrement increment)
    {
        lock (_writers)
        {
            var clock = _clock + increment.Events;
            var age = clock / halfLifeEvents;
            var before = _entries.Get(increment.Row);
            var faded = before is null ? 0 : double.Exp2(before.RecentKey - age);
            Volatile.Write(ref _clock, clock);
            Put(
                increment.Row,
                before,
                (before?.Count ?? 0) + increment.Count,
                Math.Log2(faded + increment.Events) + age,
                Math.Min(before?.FirstSeenMs ?? long.MaxValue, increment.TimestampMs));
        }
    }

    /// <summary>Sets a row that has no entry yet.</summary>
    public void Restore(int row, double count, double recent, long firstSeenMs)
    {
        lock (_writers)
        {
            Put(row, _entries.Get(row), count, Math.Log2(recent) + (_clock / halfLifeEvents), firstSeenMs);
        }
    }

    public void Clear()
    {
        lock (_writers)
        {
            for (var row = 0; row < _entries.Capacity; row++)
            {
                if (_entries.Get(row) is not null)
                {
                    _entries.Slot(row) = null;
                }
            }

            Volatile.Write(ref _roots, []);
            _recent.Clear();
            _total.Clear();
        }
    }

    public int CopyTrending(Span<int> rows) => Copy(_recent, rows);

    public int CopyMostPopular(Span<int> rows) => Copy(_total, rows);

    private int Copy(PopularityBoard board, Span<int> rows)
    {
        lock (_writers)
        {
            var best = board.Rows[..Math.Min(board.Rows.Length, rows.Length)];
            best.CopyTo(rows);
            return best.Length;
        }
    }

    private void Put(int row, Entry? entry, double count, double recentKey, long firstSeenMs)
    {
        _recent.Update(row, entry?.RecentKey ?? double.NegativeInfinity, recentKey);
        _total.Update(row, entry?.Count ?? double.NegativeInfinity, count);
        SetRoot(row, (float)Math.Sqrt(count));
        if (entry is null)
        {
            _entries.Slot(row) = new Entry { Count = count, RecentKey = recentKey, FirstSeenMs = firstSeenMs };
            return;
        }

        entry.Count = count;
        entry.RecentKey = recentKey;
        entry.FirstSeenMs = firstSeenMs;
    }

    private void SetRoot(int row, float root)
    {
        if (row >= _roots.Length)
        {
            var roots = new float[Math.Max(row + 1, _roots.Length * 2)];
            _roots.CopyTo(roots, 0);
            Volatile.Write(ref _roots, roots);
        }

        _roots[row] = root;
    }

    /// <summary>Readers take one field at a time, and each is written at once.</summary>
    private sealed class Entry
    {
        public double Count { get; set; }

        public double RecentKey { get; set; }

        public long FirstSeenMs { get; set; }
    }
}
