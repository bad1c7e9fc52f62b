using RecActors.Interest;

namespace RecActors.ItemToItem;

/// <summary>stub</summary>
public sealed class ItemStatistics(ItemStatisticsOptions options)
{
    public ItemStatisticsOptions Options => options;

    /// <summary>Pairs held, of both tables.</summary>
    public int PairCount => throw new NotImplementedException();

    /// <summary>What an action adds. False, with nothing added, unless it is positive.</summary>
    /// <param name="newestFirst">The user's history before the action.</param>
    /// <param name="action">The action.</param>
    /// <param name="pairs">Increments are appended here.</param>
    /// <param name="popularity">The increment of the item itself.</param>
    public bool Derive(ReadOnlySpan<HistoryItem> newestFirst, HistoryItem action, List<PairIncrement> pairs, out PopularityIncrement popularity) => throw new NotImplementedException();

    /// <summary>Adds increments.</summary>
    public void Apply(ReadOnlySpan<PairIncrement> pairs) => throw new NotImplementedException();

    /// <summary>Adds an increment.</summary>
    public void Apply(in PopularityIncrement popularity) => throw new NotImplementedException();

    /// <summary>Derives and applies at once.</summary>
    public void Observe(ReadOnlySpan<HistoryItem> newestFirst, HistoryItem action) => throw new NotImplementedException();

    /// <summary>Adds every item-to-item score of the history (positive items only) to the accumulator.</summary>
    public void Accumulate(ReadOnlySpan<HistoryItem> newestFirst, ItemToItemLookup lookup, ItemToItemScores scores) => throw new NotImplementedException();

    /// <summary>Number of users who acted on the item.</summary>
    public double Count(int row) => throw new NotImplementedException();

    /// <summary>Number of recent actions on the item, each faded by the actions on all items since.</summary>
    public float RecentPopularity(int row) => throw new NotImplementedException();

    /// <summary>Time of the first action on the item in Unix milliseconds, or null.</summary>
    public long? FirstSeenMs(int row) => throw new NotImplementedException();

    /// <summary>Writes the rows of the highest recent popularity, best first, at most 1024, and returns how many.</summary>
    public int Trending(Span<int> rows) => throw new NotImplementedException();

    /// <summary>Writes the rows of the highest count, best first, at most 1024, and returns how many.</summary>
    public int MostPopular(Span<int> rows) => throw new NotImplementedException();

    /// <summary>Writes the items most alike by cosine co-occurrence plus symmetric transitions, best first, and returns how many.</summary>
    public int Neighbors(int row, Span<int> rows, Span<float> scores, Predicate<int>? accepts = null) => throw new NotImplementedException();

    /// <summary>Everything by item id, for the bundle.</summary>
    public ItemStatisticsState Export(Func<int, string> idOf) => throw new NotImplementedException();

    /// <summary>Replaces everything by an exported state.</summary>
    public void Import(ItemStatisticsState state, Func<string, int> rowOf) => throw new NotImplementedException();
}
