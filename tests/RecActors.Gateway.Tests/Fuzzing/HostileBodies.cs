using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace RecActors.Fuzzing;

/// <summary>Bodies after a schema: mostly of its shape, with hostile values; and others that are of no shape.</summary>
internal sealed class HostileBodies(Random random, HostileValues values, JsonNode document)
{
    private const int MaxDepth = 8;

    /// <summary>A body for a schema of the document, in bytes that need not be UTF-8.</summary>
    public byte[] Of(JsonNode schema, bool inLines)
    {
        var json = new StringBuilder();
        if (random.Next(12) == 0)
        {
            json.Append(Shapeless());
        }
        else if (inLines && ArrayOf(schema) is { } entry)
        {
            for (var lines = random.Next(4); lines >= 0; lines--)
            {
                Write(json, entry, 0);
                json.Append(random.Next(6) == 0 ? "\r\n" : "\n");
            }
        }
        else
        {
            Write(json, schema, 0);
        }

        var bytes = Encoding.UTF8.GetBytes(json.ToString());
        return random.Next(10) == 0 ? Broken(bytes) : bytes;
    }

    private JsonNode Resolved(JsonNode schema)
    {
        while ((string?)schema["$ref"] is { } reference)
        {
            schema = document["components"]!["schemas"]![reference[(reference.LastIndexOf('/') + 1)..]]!;
        }

        // Nullable objects are either of two.
        return schema["oneOf"]?.AsArray().FirstOrDefault(one => one!["$ref"] is not null) is { } other ? Resolved(other) : schema;
    }

    private JsonNode? ArrayOf(JsonNode schema) => Resolved(schema)["items"];

    private void Write(StringBuilder json, JsonNode schema, int depth)
    {
        schema = Resolved(schema);
        if (random.Next(14) == 0 || depth > MaxDepth)
        {
            json.Append(AnyValue());
            return;
        }

        switch (TypeOf(schema))
        {
            case "object" when schema["properties"] is JsonObject properties:
                Join(json, '{', '}', [.. Chosen(properties).Select<KeyValuePair<string, JsonNode?>, Action>(property => () =>
                {
                    json.Append('"').Append(property.Key).Append("\":");
                    WriteNamed(json, property.Key, property.Value!, depth + 1);
                })]);
                break;
            case "object":
                Join(json, '{', '}', [.. Enumerable.Range(0, random.Next(4)).Select<int, Action>(_ => () =>
                {
                    json.Append(Quoted(values.Text())).Append(':');
                    Write(json, schema["additionalProperties"] ?? new JsonObject(), depth + 1);
                })]);
                break;
            case "array":
                Join(json, '[', ']', [.. Enumerable.Range(0, random.Next(4)).Select<int, Action>(_ => () => Write(json, schema["items"]!, depth + 1))]);
                break;
            case "string":
                json.Append(Quoted(values.Text(mayBeBroken: true)));
                break;
            case "boolean":
                json.Append(random.Next(2) == 0 ? "true" : "false");
                break;
            case "number" or "integer":
                json.Append(values.Number());
                break;
            default:
                json.Append(AnyValue());
                break;
        }
    }

    /// <summary>Names of things are mostly those of things that exist, so that more than the first check is reached.</summary>
    private void WriteNamed(StringBuilder json, string name, JsonNode schema, int depth)
    {
        if (random.Next(3) > 0 && TypeOf(Resolved(schema)) is "string" && name is "UserId" or "ItemId" or "FeedbackType" or "From" or "Name" or "EventId")
        {
            json.Append(Quoted(values.Known()));
        }
        else if (random.Next(3) > 0 && name is "Timestamp" or "ExpiresAt")
        {
            json.Append("\"2026-01-31T12:00:00Z\"");
        }
        else
        {
            Write(json, schema, depth);
        }
    }

    private List<KeyValuePair<string, JsonNode?>> Chosen(JsonObject properties)
    {
        var chosen = properties.Where(_ => random.Next(4) > 0).ToList();
        if (random.Next(5) == 0)
        {
            chosen.Add(new("Unknown" + random.Next(10), new JsonObject()));
        }

        if (chosen.Count > 0 && random.Next(10) == 0)
        {
            chosen.Add(chosen[0]);
        }

        return chosen;
    }

    private static void Join(StringBuilder json, char open, char close, Action[] parts)
    {
        json.Append(open);
        for (var i = 0; i < parts.Length; i++)
        {
            json.Append(i > 0 ? "," : "");
            parts[i]();
        }

        json.Append(close);
    }

    private static string? TypeOf(JsonNode schema) => schema["type"] switch
    {
        JsonArray types => types.Select(type => (string)type!).FirstOrDefault(type => type != "null"),
        { } type => (string)type!,
        null => null,
    };

    private string AnyValue() => random.Next(9) switch
    {
        0 => "null",
        1 => "{}",
        2 => "[]",
        3 => Quoted(values.Text(mayBeBroken: true)),
        4 => """{"a":{"b":[1,2,"x"]},"":""}""",
        5 => """["a",1,null,{},true]""",
        6 => Nested(random.Next(1, 40)),
        7 => "[" + string.Join(',', Enumerable.Repeat("0", random.Next(200))) + "]",
        _ => values.Number(),
    };

    private string Shapeless() => random.Next(6) switch
    {
        0 => "",
        1 => Nested(random.Next(1, 100_000)),
        2 => "[" + string.Join(',', Enumerable.Repeat("{}", random.Next(20_000))) + "]",
        3 => values.Text(mayBeBroken: true),
        4 => "{\"a\":" + new string('9', random.Next(100_000)) + "}",
        _ => AnyValue(),
    };

    private string Nested(int levels) => random.Next(3) switch
    {
        0 => new string('[', levels) + new string(']', levels),
        1 => new string('[', levels),
        _ => string.Concat(Enumerable.Repeat("{\"Not\":", levels)) + "1" + new string('}', levels),
    };

    /// <summary>A bite taken out, or bytes that no encoding has.</summary>
    private byte[] Broken(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return [0xFF, 0xFE];
        }

        var at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0:
                return bytes[..at];
            case 1:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                return [.. bytes, .. bytes[at..]];
            default:
                return [0xEF, 0xBB, 0xBF, .. bytes];
        }
    }

    /// <summary>A JSON string; lone surrogates as escapes, in which alone they can be written.</summary>
    private static string Quoted(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var letter in text)
        {
            _ = letter is '"' or '\\' or < ' ' || char.IsSurrogate(letter)
                ? json.Append("\\u").Append(((int)letter).ToString("x4", CultureInfo.InvariantCulture))
                : json.Append(letter);
        }

        return json.Append('"').ToString();
    }
}
