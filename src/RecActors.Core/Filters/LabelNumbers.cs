using System.Runtime.CompilerServices;
using System.Text.Json;
using RecActors.Catalog;

namespace RecActors.Filters;

/// <summary>
/// The numbers among an item's labels, by path. Parsed once a record and kept as long as it. A catalog that forgets its labels has none.
/// Thread-safe.
/// </summary>
internal static class LabelNumbers
{
    private static readonly ConditionalWeakTable<ItemRecord, Dictionary<string, double>> Parsed = [];

    /// <summary>The number of a path, null when the label is not there or no number.</summary>
    public static double? Of(ItemRecord item, string path) =>
        item.LabelsJson is not null && Parsed.GetValue(item, Parse).TryGetValue(path, out var number) ? number : null;

    private static Dictionary<string, double> Parse(ItemRecord item)
    {
        var numbers = new Dictionary<string, double>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(item.LabelsJson!);
            Flatten(document.RootElement, "", numbers);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // As for tokens: a record written before labels were checked is merely without labels.
        }

        return numbers;
    }

    private static void Flatten(JsonElement value, string path, Dictionary<string, double> numbers)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
            {
                Flatten(property.Value, path.Length == 0 ? property.Name : path + "." + property.Name, numbers);
            }
        }
        else if (value.ValueKind == JsonValueKind.Number)
        {
            numbers.TryAdd(path, value.GetDouble());
        }
    }
}
