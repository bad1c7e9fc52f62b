using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RecActors.Hosting;
using RecActors.Problems;
using RecActors.Requests;

namespace RecActors.Json;

/// <summary>Reads JSON so that every refusal names its place: the line and byte of malformed JSON, else the entry and the field.</summary>
internal static class JsonBody
{
    /// <summary>One JSON object.</summary>
    /// <exception cref="ProblemException">400: malformed, too deep, or of the wrong type.</exception>
    public static T ReadObject<T>(ReadOnlySpan<byte> json, GatewayOptions options, Place place = default)
        where T : class
    {
        Scan(json, options, place);
        return Deserialize<T, T>(json, place) ?? throw Refused(place, null, "body", "must be an object, not null");
    }

    /// <summary>A JSON array of objects.</summary>
    /// <exception cref="ProblemException">400: malformed, too deep, or of the wrong type; 413: too many entries.</exception>
    public static T[] ReadArray<T>(ReadOnlySpan<byte> json, GatewayOptions options)
        where T : class
    {
        Scan(json, options, default);
        var entries = Deserialize<T[], T>(json, default) ?? throw Refused(default, null, "body", "must be an array, not null");
        for (var index = 0; index < entries.Length; index++)
        {
            if (entries[index] is null)
            {
                throw Refused(new Place(index), null, "entry", "must be an object, not null");
            }
        }

        return entries;
    }

    /// <summary>
    /// Goes over the tokens once before anything is allocated for them: a small body can hold millions of empty entries.
    /// </summary>
    private static void Scan(ReadOnlySpan<byte> json, GatewayOptions options, Place place)
    {
        if (json.IsEmpty)
        {
            throw Refused(place, null, "body", "is empty");
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = options.MaxJsonDepth + 1 });
        try
        {
            var entries = 0;
            while (reader.Read())
            {
                if (reader.CurrentDepth >= options.MaxJsonDepth)
                {
                    throw Refused(place, null, place.Line is null ? "body" : "line", $"is nested deeper than {options.MaxJsonDepth} levels");
                }

                var opensEntry = reader.CurrentDepth == 1
                    && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray or JsonTokenType.PropertyName);
                if (opensEntry && ++entries > options.MaxBatch)
                {
                    throw new ProblemException(ProblemTypes.TooLarge(
                        "body", $"The array has more than {options.MaxBatch} entries.", options.MaxBatch));
                }
            }
        }
        catch (JsonException malformed)
        {
            throw Refused(place, malformed, place.Line is null ? "body" : "line", "is malformed JSON");
        }
    }

    private static T? Deserialize<T, TEntry>(ReadOnlySpan<byte> json, Place place)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ApiJson.TypeOf<T>());
        }
        catch (JsonException mismatch)
        {
            var (index, field) = JsonPath.Split(mismatch.Path);
            var at = index is null ? place : new Place(index);
            var name = field ?? (index is null ? "body" : "entry");
            throw Refused(at, mismatch, name, Expectation(ApiJson.TypeOf<TEntry>(), field, index is null && typeof(T).IsArray));
        }
    }

    private static string Expectation(JsonTypeInfo entry, string? field, bool wholeArray)
    {
        if (field is null)
        {
            return wholeArray ? "must be an array" : "must be an object";
        }

        var within = field.AsSpan().IndexOfAny('.', '[');
        var name = within < 0 ? field : field[..within];
        var property = entry.Properties.FirstOrDefault(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        var type = property is null ? null : Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type switch
        {
            null => "has a value of the wrong type",
            _ when type == typeof(string) => "must be a string",
            _ when type == typeof(double) => "must be a finite number",
            _ when type == typeof(int) => "must be a whole number",
            _ when type == typeof(bool) => "must be true or false",
            _ when type.IsArray => within < 0 ? "must be an array of strings" : "must be a string",
            _ => "has a value of the wrong type",
        };
    }

    private static ProblemException Refused(Place place, JsonException? cause, string field, string reason)
    {
        // Of a stream, the place's line is the stream's; within the entry it is always the first.
        var line = place.Line ?? cause?.LineNumber + 1;
        return new ProblemException(ProblemTypes.InvalidRequest(
            [new FieldError(place.Index, line, cause?.BytePositionInLine + 1, field, reason)]));
    }
}
