using System.Globalization;
using RecActors.Catalog;

namespace RecActors.Ratings;

/// <summary>What the items' records say, as numbers: genres by number, the most frequent first, and the year. Immutable.</summary>
internal sealed class ItemContents
{
    // Rarer ones would each be an input that hardly ever is on.
    private const int MaxGenres = 32;

    private ItemContents(int genreCount, int[][] genres, int[] years)
    {
        GenreCount = genreCount;
        Genres = genres;
        Years = years;
        var known = years.Where(year => year != 0).ToList();
        MeanYear = known.Count == 0 ? 0 : known.Average();
    }

    public int GenreCount { get; }

    /// <summary>The genres of each item, ascending.</summary>
    public int[][] Genres { get; }

    /// <summary>The year of each item, 0 when it is not known.</summary>
    public int[] Years { get; }

    /// <summary>Mean of the known years; 0 when none is.</summary>
    public double MeanYear { get; }

    public static ItemContents Of(IReadOnlyList<ItemRecord?> records)
    {
        var numbers = records.SelectMany(record => record?.Categories.Distinct() ?? [])
            .GroupBy(category => category)
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .Take(MaxGenres)
            .Index()
            .ToDictionary(group => group.Item.Key, group => group.Index);
        var genres = records.Select(record => (record?.Categories ?? []).Where(numbers.ContainsKey).Select(category => numbers[category]).Distinct().Order().ToArray());
        return new(numbers.Count, [.. genres], [.. records.Select(YearOf)]);
    }

    private static int YearOf(ItemRecord? record)
    {
        LabelTokens.Parse(record?.LabelsJson, out var year);
        return year != 0 ? year : YearOfTitle(record?.Comment);
    }

    /// <summary>As in "Heat (1995)".</summary>
    private static int YearOfTitle(string? title) =>
        title.AsSpan().TrimEnd() is [.., '(', _, _, _, _, ')'] text
        && int.TryParse(text[^5..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var year) ? year : 0;
}
