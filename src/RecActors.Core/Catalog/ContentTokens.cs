using System.Globalization;

namespace RecActors.Catalog;

/// <summary>An item's content as tokens: <c>category=…</c>, the labels' <c>path=value</c>, <c>year=…</c> and <c>decade=…</c>.</summary>
internal static class ContentTokens
{
    /// <summary>Grows with every change of what an item's tokens are: what was derived by other rules is derived again.</summary>
    public const int Rules = 1;

    /// <summary>Above it an item says nothing more about itself, and a vocabulary only grows.</summary>
    private const int MaxTokens = 256;

    public static ContentFeatures Of(ItemRecord item, TokenVocabulary vocabulary)
    {
        var tokens = new List<int>();
        foreach (var category in item.Categories)
        {
            AddDistinct(tokens, vocabulary.Intern(OfCategory(category)));
        }

        var categoryCount = tokens.Count;
        var labels = LabelTokens.Parse(item.LabelsJson, out var year);
        foreach (var label in labels)
        {
            if (tokens.Count >= MaxTokens)
            {
                break;
            }

            AddDistinct(tokens, vocabulary.Intern(label));
        }

        if (year != 0)
        {
            AddDistinct(tokens, vocabulary.Intern(string.Create(CultureInfo.InvariantCulture, $"year={year}")));
            AddDistinct(tokens, vocabulary.Intern(string.Create(CultureInfo.InvariantCulture, $"decade={year / 10 * 10}")));
        }

        return tokens.Count == 0 ? ContentFeatures.Empty : new ContentFeatures([.. tokens], categoryCount, year);
    }

    public static string OfCategory(string category) => "category=" + category;

    private static void AddDistinct(List<int> tokens, int token)
    {
        if (!tokens.Contains(token))
        {
            tokens.Add(token);
        }
    }
}
