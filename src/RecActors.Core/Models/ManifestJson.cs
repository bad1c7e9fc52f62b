using System.Text.Json;
using System.Text.Json.Serialization;
using RecActors.Retrieval;

namespace RecActors.Models;

/// <summary><c>manifest.json</c>: indented, names in a fixed order, metrics and files in ordinal order, so that its bytes are deterministic.</summary>
internal static class ManifestJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter<Similarity>(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static ReadOnlyMemory<byte> Write(BundleManifest manifest, IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> files)
    {
        var sorted = manifest with { Metrics = new SortedDictionary<string, double>(manifest.Metrics.ToDictionary(), StringComparer.Ordinal) };
        var entries = files.Select(file => new BundleFileEntry(file.Key, file.Value.Length, BundleFileEntry.Checksum(file.Value.Span)));
        return JsonSerializer.SerializeToUtf8Bytes(new Document(BundleCodec.FormatVersion, sorted, [.. entries]), Options);
    }

    public static (BundleManifest Manifest, List<BundleFileEntry> Files) Read(ReadOnlyMemory<byte> bytes)
    {
        // The format decides how the rest is to be understood, so it is read alone and first.
        using (var json = JsonDocument.Parse(bytes))
        {
            CheckFormat(json.RootElement);
        }

        var document = JsonSerializer.Deserialize<Document>(bytes.Span, Options) ?? throw new InvalidDataException("it is empty");
        return (document.Bundle, document.Files);
    }

    private static void CheckFormat(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("format", out var format)
            || !format.TryGetInt32(out var number))
        {
            throw new InvalidDataException("it does not say its format");
        }

        if (number > BundleCodec.FormatVersion)
        {
            throw new InvalidDataException($"it is of format {number}, newer than the {BundleCodec.FormatVersion} that this build reads");
        }

        if (number < 1)
        {
            throw new InvalidDataException($"there is no format {number}");
        }
    }

    private sealed record Document(int Format, BundleManifest Bundle, List<BundleFileEntry> Files);
}
