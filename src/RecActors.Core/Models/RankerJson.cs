using System.Text.Json;
using System.Text.Json.Serialization;
using RecActors.Ranking;

namespace RecActors.Models;

/// <summary><c>ranker.json</c>: the ranker, if there is one, and the blend that ranks without it.</summary>
internal static class RankerJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter<RankerKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static ReadOnlyMemory<byte> Write(ModelBundle bundle) =>
        JsonSerializer.SerializeToUtf8Bytes(new Document(bundle.Ranker, bundle.Blend), Options);

    public static (RankerModel? Ranker, BlendWeights Blend) Read(ReadOnlyMemory<byte> bytes)
    {
        var document = JsonSerializer.Deserialize<Document>(bytes.Span, Options) ?? throw new InvalidDataException("it is empty");
        return (document.Ranker, document.Blend);
    }

    private sealed record Document(RankerModel? Ranker, BlendWeights Blend);
}
