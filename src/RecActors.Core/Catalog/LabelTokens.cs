using System.Text.Json;

namespace RecActors.Catalog;

/// <summary>
/// Flattens the labels of an item or a user, any JSON value, into tokens <c>path=value</c>: names of nested objects are joined by
/// dots, each element of an array is a token of its own, a bare string is its own path-less token <c>=value</c>.
/// Numbers are left out (as tokens they would not generalise; vectors come this way, too), and so is text too long to be shared
/// by items. A whole number named <c>year</c> or <c>…year</c> is the exception: it is the item's year.
/// </summary>
public static class LabelTokens
{
    private const int MaxValueLength = 64;
    private const int MaxDepth = 16;
    private const int EarliestYear = 1000;
    private const int LatestYear = 2999;

    /// <summary>The tokens in the order of the document; none when the labels are null or not JSON.</summary>
    public static IReadOnlyList<string> Parse(string? labelsJson) => Parse(labelsJson, out _);

    /// <summary>The tokens and the year, 0 when there is none.</summary>
    public static IReadOnlyList<string> Parse(string? labelsJson, out int year)
    {
        year = 0;
        if (string.IsNullOrWhiteSpace(labelsJson))
        {
            return [];
        }

        var tokens = new List<string>();
        try
        {
            using var document = JsonDocument.Parse(labelsJson, new JsonDocumentOptions { MaxDepth = MaxDepth });
            Flatten(document.RootElement, "", tokens, ref year);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Producers' labels are checked where they enter; a record written before that check is merely without labels.
            return [];
        }

        return tokens;
    }

    private static void Flatten(JsonElement value, string path, List<string> tokens, ref int year)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    Flatten(property.Value, path.Length == 0 ? property.Name : path + "." + property.Name, tokens, ref year);
                }

                break;
            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                {
                    Flatten(element, path, tokens, ref year);
                }

                break;
            case JsonValueKind.String when value.GetString() is { Length: > 0 and <= MaxValueLength } text:
                tokens.Add(path + "=" + text);
                break;
            case JsonValueKind.True:
            case JsonValueKind.False:
                tokens.Add(path + (value.GetBoolean() ? "=true" : "=false"));
                break;
            case JsonValueKind.Number when IsYear(path, value, out var named):
                year = year == 0 ? named : year;
                break;
        }
    }

    private static bool IsYear(string path, JsonElement value, out int year) =>
        value.TryGetInt32(out year)
        && year is >= EarliestYear and <= LatestYear
        && path.EndsWith("year", StringComparison.OrdinalIgnoreCase);
}
