using System.Globalization;
using RecActors.Catalog;

namespace RecActors.Ranking;

/// <summary>When a work came out: the year its labels name, or the one that ends its title in brackets, as in "Heat (1995)".</summary>
internal static class ReleaseYear
{
    /// <summary>The year, or 0 when neither names one.</summary>
    public static int Of(ContentFeatures features, ItemRecord? item) =>
        features.Year != 0 ? features.Year : FromTitle(item?.Comment);

    private static int FromTitle(string? title)
    {
        var text = title.AsSpan().TrimEnd();
        return text is [.., '(', _, _, _, _, ')']
            && int.TryParse(text[^5..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            ? year
            : 0;
    }
}
