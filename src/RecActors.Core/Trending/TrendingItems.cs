using RecActors.Retrieval;

namespace RecActors.Trending;

/// <summary>
/// What is trending in each of the windows, counted live from the times of actions: a user counts once for an item, and more than once only
/// after so many other items that the history has forgotten it. Counts nothing before the clock is set, so a replay of old times costs
/// nothing. Rows are this process'. Safe for concurrent use.
/// </summary>
public sealed class TrendingItems
{
    private readonly TrendingOptions _options;
    private readonly Dictionary<string, TrendingWindow> _windows;
    private long _nowMs = long.MinValue;

    internal TrendingItems(TrendingOptions options, IComparer<int> ties)
    {
        _options = options;
        _windows = options.Named.ToDictionary(window => window.Key, window => new TrendingWindow(window.Value, options, ties), StringComparer.Ordinal);
    }

    /// <summary>The names of the windows, shortest first.</summary>
    public IReadOnlyList<string> Windows => _options.WindowNames();

    private bool IsCounting => Volatile.Read(ref _nowMs) != long.MinValue;

    /// <summary>Tells the time, in Unix milliseconds: lets go of what is too old. Never goes back.</summary>
    public void MoveTo(long nowMs)
    {
        if (nowMs <= Volatile.Read(ref _nowMs))
        {
            return;
        }

        Volatile.Write(ref _nowMs, nowMs);
        foreach (var window in _windows.Values)
        {
            window.MoveTo(nowMs);
        }
    }

    /// <summary>Items whose users grow most against the windows before, best first; null when there is no such window.</summary>
    /// <param name="window">The window's name; null for the usual one, a day.</param>
    /// <param name="nowMs">When the window ends, in Unix milliseconds.</param>
    public IReadOnlyList<ScoredRow>? Ranked(string? window, long nowMs) =>
        _windows.TryGetValue(window ?? _options.Default, out var found) ? found.Ranked(nowMs) : null;

    internal void Add(int row, long timestampMs)
    {
        var nowMs = Volatile.Read(ref _nowMs);
        if (nowMs == long.MinValue)
        {
            return;
        }

        foreach (var window in _windows.Values)
        {
            window.Add(row, timestampMs, nowMs);
        }
    }

    internal void Clear()
    {
        foreach (var window in _windows.Values)
        {
            window.Clear();
        }
    }

    internal TrendingState Export(Func<int, string> idOf)
    {
        // In the order of the ids, so that the same counts give the same bytes whatever the rows.
        var rows = new HashSet<int>();
        foreach (var window in _windows.Values)
        {
            window.Export(row => rows.Add(row) ? 0 : 0);
        }

        var ordered = rows.Select(row => (Id: idOf(row), Row: row)).OrderBy(item => item.Id, StringComparer.Ordinal).ToList();
        var places = ordered.Index().ToDictionary(item => item.Item.Row, item => item.Index);
        var windows = _windows.Values.Select(window => window.Export(row => places.GetValueOrDefault(row, -1)))
            .OrderBy(window => window.LengthMs)
            .ToList();

        // An item that appeared while exporting has no place yet, and comes again with the replay.
        return new TrendingState([.. ordered.Select(item => item.Id)], [.. windows.Select(window => window.Placed())]);
    }

    internal void Import(TrendingState state, Func<string, int> rowOf)
    {
        if (!IsCounting)
        {
            return;
        }

        var rows = Array.ConvertAll(state.ItemIds, id => rowOf(id));
        foreach (var window in _windows.Values)
        {
            // Two of one length say the same twice.
            foreach (var stored in state.Windows.DistinctBy(stored => (stored.LengthMs, stored.BucketMs)))
            {
                window.Import(stored, rows, Volatile.Read(ref _nowMs));
            }
        }

        MoveToNow();
    }

    private void MoveToNow()
    {
        foreach (var window in _windows.Values)
        {
            window.MoveTo(Volatile.Read(ref _nowMs));
        }
    }
}
