using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecActors.Json;

/// <summary>A JSON value that the product stores and returns as the producer wrote it; null text for JSON's null.</summary>
[JsonConverter(typeof(RawJsonConverter))]
internal readonly record struct RawJson(string? Text);

internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override bool HandleNull => true;

    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.ValueKind == JsonValueKind.Null ? default : new RawJson(document.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
    {
        if (value.Text is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            writer.WriteRawValue(value.Text);
        }
    }
}
