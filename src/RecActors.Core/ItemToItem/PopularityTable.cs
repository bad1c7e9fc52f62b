using System.Runtime.CompilerServices;
using RecActors.Hardware;

namespace RecActors.ItemToItem;

/// <summary>
/// How often, how recently and since when items are acted on. Recent popularity fades with every event on any item, by
/// <see cref="RecencyScale"/>: an event touches its own item only, and the table does not depend on the order of events. One lock for
/// writers, held for some hundred nanoseconds; readers take none, except for the boards.
/// </summary>
internal sealed class PopularityTable(double halfLifeEvents, IComparer<int>? ties)
{
    /// <summary>Rows kept on a board: a site shows fewer, and filters take some.</summary>
    private const int BoardSize = 1024;

    /// <summary>Rows that are copied at once where others write and ask.</summary>
    private const int RowsPerTurn = 256;

    /// <summary>An item without an event in so many epochs has no recent popularity: 2⁻⁴⁸ of one, exactly nothing everywhere.</summary>
    private const int ForgottenAfterEpochs = 4;

    private readonly Lock _writers = new();
    private readonly RecencyScale _scale = new(halfLifeEvents);
    private readonly RowBlocks<Entry?> _entries = new();

    private readonly PopularityBoard _recent = new(BoardSize, ties);
    private readonly PopularityBoard _total = new(BoardSize, ties);
    private float[] _roots = [];
    private long _clock;

    /// <summary>Rows below it may have been acted on.</summary>
    public int Capacity => _entries.Capacity;

    public double Count(int row) => _entries.Get(row)?.Count ?? 0;

    /// <summary>√count by row, for rows below its length: one flat array, since a scan over pairs reads it per pair. A later count may be missing.</summary>
    public ReadOnlySpan<float> Roots => Volatile.Read(ref _roots);

    public static float RootOf(ReadOnlySpan<float> roots, int row) => (uint)row < (uint)roots.Length ? roots[row] : 0;

    /// <summary>Null before the first action.</summary>
    public long? FirstSeenMs(int row) => _entries.Get(row) is { FirstSeenMs: not Entry.NeverSeen and var seen } ? seen : null;

    public float Recent(int row) => RecentOf(_entries.Get(row), Volatile.Read(ref _clock));

    public ItemPopularity Read(int row) => _entries.Get(row) is { } entry
        ? new(entry.Count, RecentOf(entry, Volatile.Read(ref _clock)), entry.FirstSeenMs is not Entry.NeverSeen and var seen ? seen : null)
        : default;

    /// <summary>Asks for an item that will be read soon; a hint.</summary>
    public void Prefetch(int row)
    {
        if (_entries.Get(row) is { } entry)
        {
            CacheHint.Read(ref entry.Sums);
        }
    }

    /// <summary>Counts a user, unless he is counted already, and the time.</summary>
    public void Add(int row, bool isNewUser, long timestampMs)
    {
        lock (_writers)
        {
            var entry = EntryOf(row);
            SetCount(row, entry, entry.Count + (isNewUser ? 1 : 0));
            entry.FirstSeenMs = Math.Min(entry.FirstSeenMs, timestampMs);
        }
    }

    /// <summary>Counts an event now, and returns its stamp.</summary>
    public long AddEvent(int row)
    {
        lock (_writers)
        {
            var stamp = _clock + 1;
            AddEventLocked(row, stamp);
            return stamp;
        }
    }

    /// <summary>Counts an event that was stamped elsewhere.</summary>
    public void AddEvent(int row, long stamp)
    {
        lock (_writers)
        {
            AddEventLocked(row, stamp);
        }
    }

    /// <summary>Sets a row that has no entry yet.</summary>
    public void Restore(int row, double count, double recent, long firstSeenMs)
    {
        lock (_writers)
        {
            var entry = EntryOf(row);
            SetCount(row, entry, count);
            entry.FirstSeenMs = firstSeenMs;
            if (recent > 0)
            {
                var (epoch, sum) = _scale.Split(recent);
                SetRecent(row, entry, epoch, [sum, 0, 0]);
            }
        }
    }

    /// <summary>Recent popularity by item id.</summary>
    /// <param name="idOf">The id of a row.</param>
    /// <param name="pause">Called without the lock, every few rows; then it is exact where no event is counted meanwhile. All of it under the lock when null.</param>
    public RecencyState ExportRecency(Func<int, string> idOf, Action? pause = null)
    {
        var copied = new CopiedRecency();
        if (pause is null)
        {
            lock (_writers)
            {
                Copy(0, _entries.Capacity, idOf, copied);
                return copied.ToState(_clock);
            }
        }

        var clock = Volatile.Read(ref _clock);
        for (var row = 0; row < _entries.Capacity; row += RowsPerTurn)
        {
            lock (_writers)
            {
                Copy(row, Math.Min(row + RowsPerTurn, _entries.Capacity), idOf, copied);
            }

            pause();
        }

        return copied.ToState(clock);
    }

    public void ImportRecency(RecencyState state, Func<string, int> rowOf)
    {
        var rows = Array.ConvertAll(state.ItemIds, id => rowOf(id));
        lock (_writers)
        {
            ForgetRecency();
            Volatile.Write(ref _clock, state.Clock);
            for (var i = 0; i < rows.Length; i++)
            {
                SetRecent(rows[i], EntryOf(rows[i]), state.LastEpochs[i], state.Sums.AsSpan(i * RecencyScale.Epochs, RecencyScale.Epochs));
            }
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
            Volatile.Write(ref _clock, 0);
            _recent.Clear();
            _total.Clear();
        }
    }

    public int CopyTrending(Span<int> rows)
    {
        lock (_writers)
        {
            var count = 0;
            foreach (var row in _recent.Rows)
            {
                if (count < rows.Length && !IsForgotten(_entries.Get(row)!, _clock))
                {
                    rows[count++] = row;
                }
            }

            return count;
        }
    }

    public int CopyMostPopular(Span<int> rows)
    {
        lock (_writers)
        {
            var best = _total.Rows[..Math.Min(_total.Rows.Length, rows.Length)];
            best.CopyTo(rows);
            return best.Length;
        }
    }

    private void Copy(int start, int end, Func<int, string> idOf, CopiedRecency copied)
    {
        for (var row = start; row < end; row++)
        {
            if (_entries.Get(row) is { } entry && !IsForgotten(entry, _clock))
            {
                copied.Ids.Add(idOf(row));
                copied.Epochs.Add(entry.LastEpoch);
                copied.Sums.AddRange((ReadOnlySpan<long>)entry.Sums);
            }
        }
    }

    private void AddEventLocked(int row, long stamp)
    {
        Volatile.Write(ref _clock, _clock + 1);
        var entry = EntryOf(row);
        var epoch = _scale.EpochOf(stamp);
        var age = entry.LastEpoch - epoch;
        if (age >= RecencyScale.Epochs)
        {
            return;
        }

        Span<long> sums = stackalloc long[RecencyScale.Epochs];
        ReadOnlySpan<long> before = entry.Sums;
        if (age >= 0)
        {
            before.CopyTo(sums);
            sums[age] += _scale.WeightOf(stamp);
            SetRecent(row, entry, entry.LastEpoch, sums);
            return;
        }

        for (var kept = 0; kept - age < RecencyScale.Epochs; kept++)
        {
            sums[kept - age] = before[kept];
        }

        sums[0] = _scale.WeightOf(stamp);
        SetRecent(row, entry, epoch, sums);
    }

    private void SetRecent(int row, Entry entry, int epoch, ReadOnlySpan<long> sums)
    {
        var key = _scale.KeyOf(epoch, sums);
        _recent.Update(row, entry.RecentKey, key);
        sums.CopyTo(entry.Sums);
        entry.LastEpoch = epoch;
        entry.RecentKey = key;
    }

    private void ForgetRecency()
    {
        _recent.Clear();
        for (var row = 0; row < _entries.Capacity; row++)
        {
            if (_entries.Get(row) is { } entry)
            {
                entry.Sums = default;
                (entry.LastEpoch, entry.RecentKey) = (Entry.NoEpoch, double.NegativeInfinity);
            }
        }
    }

    private float RecentOf(Entry? entry, long clock) => entry is null || IsForgotten(entry, clock) ? 0 : (float)_scale.Faded(entry.RecentKey, clock);

    private bool IsForgotten(Entry entry, long clock) =>
        double.IsNegativeInfinity(entry.RecentKey) || entry.LastEpoch <= _scale.EpochOf(clock) - ForgottenAfterEpochs;

    private void SetCount(int row, Entry entry, double count)
    {
        _total.Update(row, entry.Count, count);
        entry.Count = count;
        SetRoot(row, (float)Math.Sqrt(count));
    }

    private Entry EntryOf(int row) => _entries.Slot(row) ??= new Entry();

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
        /// <summary>So far before any epoch that the window of kept ones holds nothing; not so far that differences overflow.</summary>
        public const int NoEpoch = int.MinValue / 2;

        public const long NeverSeen = long.MaxValue;

        public EpochSums Sums;

        public double Count { get; set; }

        public double RecentKey { get; set; } = double.NegativeInfinity;

        public int LastEpoch { get; set; } = NoEpoch;

        public long FirstSeenMs { get; set; } = NeverSeen;
    }

    private sealed class CopiedRecency
    {
        public List<string> Ids { get; } = [];

        public List<int> Epochs { get; } = [];

        public List<long> Sums { get; } = [];

        public RecencyState ToState(long clock) => new(clock, [.. Ids], [.. Epochs], [.. Sums]);
    }

    /// <summary>The sums of an item's last epochs, the latest first.</summary>
    [InlineArray(RecencyScale.Epochs)]
    private struct EpochSums
    {
        private long _first;
    }
}

/// <summary>What is known of an item's popularity.</summary>
/// <param name="Count">Number of users who acted on it.</param>
/// <param name="Recent">Number of recent actions, faded.</param>
/// <param name="FirstSeenMs">Time of the first action, null before it.</param>
internal readonly record struct ItemPopularity(double Count, float Recent, long? FirstSeenMs);
