using RecActors.Catalog;
using RecActors.ItemToItem;
using RecActors.Retrieval;

namespace RecActors.Items;

/// <summary>
/// Items by recent popularity. The best of all are as they are now; the order of the others, which takes a sort of all that are popular, is
/// kept for a while, whoever asks. Thread-safe.
/// </summary>
internal sealed class PopularItems(CatalogReplica catalog, ItemStatistics statistics, TimeProvider time)
{
    /// <summary>How long the order is kept: a million items take a second to sort, and nobody sees a list change faster beyond its first thousand.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    /// <summary>Rows that the statistics keep in order.</summary>
    private const int Best = 1024;

    private readonly Lock _gate = new();
    private ScoredRow[]? _all;
    private long _sortedAt;

    /// <summary>The most popular rows that the predicate lists, best first, at most so many.</summary>
    public ScoredRow[] Find(int count, Predicate<int> listed)
    {
        var rows = new int[Best];
        var best = statistics.Trending(rows);
        ScoredRow[] found = [.. rows.Take(best).Where(listed.Invoke).Take(count).Select(Scored)];

        // Where they are fewer there are no others.
        return found.Length == count || best < Best ? found : [.. All().Where(item => listed(item.Row)).Take(count)];
    }

    private ScoredRow[] All()
    {
        lock (_gate)
        {
            if (_all is null || time.GetElapsedTime(_sortedAt) >= Kept)
            {
                _all = [.. Enumerable.Range(0, catalog.Count).Select(Scored).Where(item => item.Score > 0)
                    .OrderByDescending(item => item.Score).ThenBy(item => item.Row, catalog.RowsById)];
                _sortedAt = time.GetTimestamp();
            }

            return _all;
        }
    }

    private ScoredRow Scored(int row) => new(row, statistics.RecentPopularity(row));
}
