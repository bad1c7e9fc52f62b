using System.Text.Json;
using System.Text.Json.Serialization;
using RecActors.ItemToItem;
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
        Converters =
        {
            new JsonStringEnumConverter<RankerKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
            new JsonStringEnumConverter<CandidateSource>(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
        },
    };

    public static ReadOnlyMemory<byte> Write(ModelBundle bundle) =>
        JsonSerializer.SerializeToUtf8Bytes(new Document(bundle.Ranker, bundle.Blend, bundle.WithoutSources.Count == 0 ? null : bundle.WithoutSources, bundle.Lookup), Options);

    public static (RankerModel? Ranker, BlendWeights Blend, IReadOnlyList<CandidateSource> WithoutSources, ItemToItemLookup? Lookup) Read(ReadOnlyMemory<byte> bytes)
    {
        var document = JsonSerializer.Deserialize<Document>(bytes.Span, Options) ?? throw new InvalidDataException("it is empty");
        return (document.Ranker, document.Blend, document.WithoutSources ?? [], document.Lookup);
    }

    /// <summary>Sources are written only where some are left out, and a look-up where it is not the configured one: builds that do not know them refuse to read them.</summary>
    private sealed record Document(
        RankerModel? Ranker,
        BlendWeights Blend,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<CandidateSource>? WithoutSources = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ItemToItemLookup? Lookup = null);
}
