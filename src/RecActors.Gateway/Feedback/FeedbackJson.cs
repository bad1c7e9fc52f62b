using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Problems;
using RecActors.Requests;

namespace RecActors.Feedback;

/// <summary>
/// Reads actions in one pass over their bytes, as nearly all of them are written: objects of the API's names as they stand, plain texts and a
/// number. Whatever is not so, valid or not, is left to <see cref="JsonBody"/>, which also knows what to say of it.
/// </summary>
internal static class FeedbackJson
{
    /// <summary>How deep the values of an array's actions lie.</summary>
    private const int ArrayDepth = 2;

    /// <summary>Roughly the shortest action.</summary>
    private const int LeastBytes = 64;

    /// <summary>Types and items come again and again: theirs are kept, so that most actions need no new text for them.</summary>
    private static readonly TextCache Names = new(capacity: 1 << 14);

    /// <summary>One action.</summary>
    /// <exception cref="ProblemException">400: malformed, too deep, or of the wrong type.</exception>
    public static FeedbackFields ReadObject(ReadOnlySpan<byte> json, GatewayOptions options, Place place = default)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            if (reader.Read() && TryRead(ref reader, out var fields) && !reader.Read())
            {
                return fields;
            }
        }
        catch (JsonException)
        {
            // Read again below, by what tells where it is malformed.
        }

        return FeedbackFields.Of(JsonBody.ReadObject<FeedbackBody>(json, options, place));
    }

    /// <summary>An array of actions.</summary>
    /// <exception cref="ProblemException">400: malformed, too deep, or of the wrong type; 413: too many entries.</exception>
    public static IReadOnlyList<FeedbackFields> ReadArray(ReadOnlySpan<byte> json, GatewayOptions options)
    {
        try
        {
            if (options.MaxJsonDepth > ArrayDepth && TryReadArray(json, options.MaxBatch) is { } actions)
            {
                return actions;
            }
        }
        catch (JsonException)
        {
            // As above.
        }

        return Array.ConvertAll(JsonBody.ReadArray<FeedbackBody>(json, options), FeedbackFields.Of);
    }

    private static List<FeedbackFields>? TryReadArray(ReadOnlySpan<byte> json, int most)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        var actions = new List<FeedbackFields>(Math.Min(most, (json.Length / LeastBytes) + 1));
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (actions.Count == most || !TryRead(ref reader, out var fields))
            {
                return null;
            }

            actions.Add(fields);
        }

        return reader.Read() ? null : actions;
    }

    /// <summary>Reads an object at whose beginning the reader stands; then it stands at its end.</summary>
    private static bool TryRead(ref Utf8JsonReader reader, out FeedbackFields fields)
    {
        fields = default;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!TryReadField(ref reader, ref fields))
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    private static bool TryReadField(ref Utf8JsonReader reader, ref FeedbackFields fields)
    {
        if (reader.ValueTextEquals("FeedbackType"u8))
        {
            return TryReadName(ref reader, out var type) && Set(fields with { FeedbackType = type }, ref fields);
        }

        if (reader.ValueTextEquals("ItemId"u8))
        {
            return TryReadName(ref reader, out var item) && Set(fields with { ItemId = item }, ref fields);
        }

        if (reader.ValueTextEquals("UserId"u8))
        {
            return TryReadText(ref reader, out var user) && Set(fields with { UserId = user }, ref fields);
        }

        if (reader.ValueTextEquals("Value"u8))
        {
            return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && Set(fields with { Value = value }, ref fields);
        }

        if (reader.ValueTextEquals("Timestamp"u8))
        {
            return TryReadText(ref reader, out var timestamp) && Set(fields with { Timestamp = timestamp }, ref fields);
        }

        if (reader.ValueTextEquals("EventId"u8))
        {
            return TryReadText(ref reader, out var eventId) && Set(fields with { EventId = eventId }, ref fields);
        }

        if (reader.ValueTextEquals("Comment"u8))
        {
            return TryReadText(ref reader, out var comment) && Set(fields with { Comment = comment }, ref fields);
        }

        return reader.ValueTextEquals("RecommendationId"u8)
            && TryReadText(ref reader, out var recommendation) && Set(fields with { RecommendationId = recommendation }, ref fields);
    }

    private static bool Set(in FeedbackFields read, ref FeedbackFields fields)
    {
        fields = read;
        return true;
    }

    private static bool TryReadName(ref Utf8JsonReader reader, out string? name)
    {
        name = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || !Utf8.IsValid(reader.ValueSpan))
        {
            return false;
        }

        name = Names.Get(reader.ValueSpan);
        return true;
    }

    private static bool TryReadText(ref Utf8JsonReader reader, out string? text)
    {
        text = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || !Utf8.IsValid(reader.ValueSpan))
        {
            return false;
        }

        text = Encoding.UTF8.GetString(reader.ValueSpan);
        return true;
    }
}
