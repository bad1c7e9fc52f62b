namespace RecActors.Catalog;

/// <summary>
/// Finds items by the words of their titles (<see cref="ItemRecord.Comment"/>), for people who look for one: every word of a query begins
/// a word of the title, in any order and case. A snapshot of a <see cref="CatalogReplica"/>, some 60 bytes an item and immutable, hence
/// thread-safe. Items beyond <see cref="MaxItems"/> are found by their ids only.
/// </summary>
public sealed class TitleIndex
{
    /// <summary>Rows that are indexed: it bounds memory and the time of a build, about a microsecond a word.</summary>
    public const int MaxItems = 1_000_000;

    /// <summary>Rows that one word of a query may bring: a single letter begins words of half the catalog.</summary>
    private const int MaxRowsOfAWord = 50_000;

    private readonly string[] _words;
    private readonly int[][] _rows;

    private TitleIndex(string[] words, int[][] rows) => (_words, _rows) = (words, rows);

    /// <summary>Reads all titles.</summary>
    public static TitleIndex Of(CatalogReplica catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var words = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var lookup = words.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var row = 0; row < Math.Min(catalog.Count, MaxItems); row++)
        {
            foreach (var word in WordsOf(catalog[row]?.Comment))
            {
                if (!lookup.TryGetValue(word.Span, out var rows))
                {
                    words[word.ToString()] = rows = [];
                }

                if (rows.Count == 0 || rows[^1] != row)
                {
                    rows.Add(row);
                }
            }
        }

        var sorted = words.Keys.ToArray();
        Array.Sort(sorted, StringComparer.Ordinal);
        return new TitleIndex(sorted, [.. sorted.Select(word => words[word].ToArray())]);
    }

    /// <summary>Rows whose titles have every word of the query, in ascending order; none for a query without words.</summary>
    public IReadOnlyCollection<int> Find(string query)
    {
        SortedSet<int>? found = null;
        foreach (var word in WordsOf(query).OrderByDescending(word => word.Length))
        {
            var rows = RowsOf(word.ToString());
            if (found is null)
            {
                found = [.. rows];
            }
            else
            {
                found.IntersectWith(rows);
            }
        }

        return found ?? [];
    }

    private IEnumerable<int> RowsOf(string prefix)
    {
        var first = Array.BinarySearch(_words, prefix, StringComparer.Ordinal);
        return Enumerable.Range(first < 0 ? ~first : first, int.MaxValue / 2)
            .TakeWhile(index => index < _words.Length && _words[index].StartsWith(prefix, StringComparison.Ordinal))
            .SelectMany(index => _rows[index])
            .Take(MaxRowsOfAWord);
    }

    private static IEnumerable<ReadOnlyMemory<char>> WordsOf(string? text)
    {
        var lower = (text ?? "").ToLowerInvariant();
        for (var start = 0; start < lower.Length; start++)
        {
            var end = start;
            while (end < lower.Length && char.IsLetterOrDigit(lower[end]))
            {
                end++;
            }

            if (end > start)
            {
                yield return lower.AsMemory(start, end - start);
                start = end;
            }
        }
    }
}
