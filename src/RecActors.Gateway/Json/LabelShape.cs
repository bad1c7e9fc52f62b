using System.Text.Json;

namespace RecActors.Json;

/// <summary>The shapes of labels that the Gorse API accepts.</summary>
internal static class LabelShape
{
    /// <summary>A string, a finite number, null, an array of only strings or only numbers, or an object of such values.</summary>
    public static bool IsValid(JsonElement labels) => labels.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.String => true,
        JsonValueKind.Number => IsFinite(labels),
        JsonValueKind.Array => IsUniform(labels),
        JsonValueKind.Object => labels.EnumerateObject().All(static property => IsValid(property.Value)),
        _ => false,
    };

    private static bool IsUniform(JsonElement array)
    {
        var kind = JsonValueKind.Undefined;
        foreach (var entry in array.EnumerateArray())
        {
            if (kind == JsonValueKind.Undefined)
            {
                kind = entry.ValueKind;
            }

            if (entry.ValueKind != kind || kind is not (JsonValueKind.String or JsonValueKind.Number) || !IsValid(entry))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsFinite(JsonElement number) => double.IsFinite(number.GetDouble());
}
