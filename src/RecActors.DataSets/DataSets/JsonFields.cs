using System.Text.Json;
using System.Text.Json.Nodes;

namespace RecActors.DataSets;

/// <summary>Fields of one JSON object of a JSON-lines file, by the names of the Gorse API; names are compared without regard to case.</summary>
internal readonly struct JsonFields
{
    /// <summary>JSON can escape it, and no text has it: what reads it throws <see cref="InvalidOperationException"/>.</summary>
    private const string HalfAPair = "has half of a surrogate pair, which is no text";

    private readonly Dictionary<string, JsonElement> _fields;

    /// <exception cref="FieldException">The line is not a JSON object, or a name in it is no text.</exception>
    public JsonFields(JsonElement line)
    {
        if (line.ValueKind != JsonValueKind.Object)
        {
            throw new FieldException(null, "is not a JSON object");
        }

        _fields = new(StringComparer.OrdinalIgnoreCase);
        try
        {
            foreach (var field in line.EnumerateObject())
            {
                _fields[field.Name] = field.Value;
            }
        }
        catch (InvalidOperationException)
        {
            throw new FieldException(null, HalfAPair);
        }
    }

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => Read(name, text, static value => value.GetString()),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => throw new FieldException(name, "is not a string"),
    };

    public double? Number(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number => FieldRules.Number(number.GetRawText(), name),
        _ => throw new FieldException(name, "is not a number"),
    };

    public bool Flag(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => throw new FieldException(name, "is neither true nor false"),
    };

    public IReadOnlyList<string> Texts(string name)
    {
        if (Find(name) is not { } array)
        {
            return [];
        }

        return array.ValueKind == JsonValueKind.Array && array.EnumerateArray().All(element => element.ValueKind == JsonValueKind.String)
            ? [.. array.EnumerateArray().Select(element => Read(name, element, static value => value.GetString())!)]
            : throw new FieldException(name, "is not an array of strings");
    }

    /// <summary>Any JSON value as it stands, compact; null for none.</summary>
    public string? Json(string name) => Find(name) is { } value ? Read(name, value, LabelsText.Of) : null;

    /// <summary>Parses labels given as text; null for an empty text.</summary>
    public static JsonNode? Labels(string text, string column)
    {
        if (text.Length == 0)
        {
            return null;
        }

        try
        {
            // Half of an escaped surrogate pair shows only when the text is made.
            return JsonNode.Parse(text.Contains("\\u", StringComparison.Ordinal) ? LabelsText.Normal(text) : text);
        }
        catch (JsonException)
        {
            throw new FieldException(column, "is not JSON");
        }
        catch (InvalidOperationException)
        {
            throw new FieldException(column, HalfAPair);
        }
    }

    private static string? Read(string name, JsonElement value, Func<JsonElement, string?> read)
    {
        try
        {
            return read(value);
        }
        catch (InvalidOperationException)
        {
            throw new FieldException(name, HalfAPair);
        }
    }

    private JsonElement? Find(string name) =>
        _fields.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
