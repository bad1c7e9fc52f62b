using System.Text.Json;

namespace RecActors.Json;

/// <summary>The shapes of labels that the Gorse API accepts.</summary>
internal static class LabelShape
{
    /// <summary>A string of whole characters, a finite number, null, an array of only strings or only numbers, or an object of such values.</summary>
    public static bool IsValid(JsonElement labels) => labels.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.String => IsText(labels),
        JsonValueKind.Number => IsFinite(labels),
        JsonValueKind.Array => IsUniform(labels),
        JsonValueKind.Object => labels.EnumerateObject().All(static property => HasTextName(property) && IsValid(property.Value)),
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

    /// <summary>JSON can escape half of a surrogate pair, which is no text: whoever reads it later would fail. The framework says so by throwing only.</summary>
    private static bool IsText(JsonElement text)
    {
        try
        {
            return text.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool HasTextName(JsonProperty property)
    {
        try
        {
            return property.Name is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsFinite(JsonElement number) => double.IsFinite(number.GetDouble());
}
