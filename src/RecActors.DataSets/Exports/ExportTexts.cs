using System.Globalization;
using System.Text.Json;
using RecActors.DataSets;

namespace RecActors.Exports;

/// <summary>Values as text.</summary>
internal static class ExportTexts
{
    /// <summary>ISO 8601, UTC, as precise as needed.</summary>
    public static string Time(long timestampMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(timestampMs).ToString("yyyy-MM-ddTHH:mm:ss.FFFZ", CultureInfo.InvariantCulture);

    public static string Cell(object? cell) => cell switch
    {
        null => "",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        long timestampMs => Time(timestampMs),
        IReadOnlyList<string> list => List(list),
        _ => (string)cell,
    };

    /// <summary>Joined by bars where that can be taken apart again, and else as an array in JSON.</summary>
    public static string List(IReadOnlyList<string> list) =>
        list.All(entry => entry.Length > 0 && !entry.Contains('|', StringComparison.Ordinal) && entry.Trim().Length == entry.Length && entry[0] != '[')
            ? string.Join('|', list)
            : JsonSerializer.Serialize(list, LabelsText.Options);

    /// <summary>The strings of a cell that <see cref="List"/> wrote, or that another has joined by bars.</summary>
    public static IReadOnlyList<string> Split(string cell)
    {
        if (cell.StartsWith('['))
        {
            try
            {
                return JsonSerializer.Deserialize<string[]>(cell) ?? [];
            }
            catch (JsonException)
            {
                // A category may begin like that.
            }
        }

        return cell.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
