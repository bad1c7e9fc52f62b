using System.Text;
using System.Text.Json.Nodes;
using RecActors.Interest;
using RecActors.ItemToItem;

namespace RecActors.Models;

public sealed class BundleCodecTests
{
    public static TheoryData<string> Files => [.. BundleCodec.Encode(SampleBundle.Create()).Files.Keys];

    [Fact]
    public void Decode_Encoded_EveryPartAsBefore()
    {
        var bundle = SampleBundle.Create();
        var read = BundleCodec.Decode(BundleCodec.Encode(bundle));
        Assert.Equal(bundle.Manifest.Metrics.OrderBy(metric => metric.Key), read.Manifest.Metrics.OrderBy(metric => metric.Key));
        Assert.Equal(bundle.Manifest with { Metrics = read.Manifest.Metrics }, read.Manifest);
        Assert.Equal(bundle.ItemIds, read.ItemIds);
        Assert.Equal(bundle.ItemVectors, read.ItemVectors);
        Assert.Equal(bundle.FoldIn.Decays, read.FoldIn.Decays);
        Assert.Equal(bundle.FoldIn with { Decays = read.FoldIn.Decays }, read.FoldIn);
        Assert.Equal(bundle.Gram, read.Gram);
        Assert.Equal(bundle.Blend, read.Blend);
        Assert.Equal(bundle.Ranker!.Features, read.Ranker!.Features);
        Assert.Equal(bundle.Ranker.Means, read.Ranker.Means);
        Assert.Equal(bundle.Ranker.Deviations, read.Ranker.Deviations);
        Assert.Equal(bundle.Ranker.Layers.Single().Weights, read.Ranker.Layers.Single().Weights);
        Assert.Equal(bundle.Projection!.Vocabulary, read.Projection!.Vocabulary);
        Assert.Equal(bundle.Statistics.ItemIds, read.Statistics.ItemIds);
    }

    [Fact]
    public void Decode_Lookup_AsBeforeAndNotWrittenWithoutOne()
    {
        var lookup = ItemToItemLookup.Default with { CooccurrenceDepth = int.MaxValue, CooccurrenceSlowDecay = 1 };

        Assert.Equal(lookup, BundleCodec.Decode(BundleCodec.Encode(SampleBundle.Create() with { Lookup = lookup })).Lookup);
        Assert.DoesNotContain("lookup", Encoding.UTF8.GetString(BundleCodec.Encode(SampleBundle.Create()).Files["ranker.json"].Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_LookupWithADecayAboveOne_IsRefused() => Assert.Throws<InvalidDataException>(
        () => (SampleBundle.Create() with { Lookup = ItemToItemLookup.Default with { TransitionSlowDecay = 1.1f } }).Validate());

    [Fact]
    public void Encode_SameBundle_SameBytes()
    {
        var bundle = SampleBundle.Create();
        var reordered = bundle with
        {
            Manifest = bundle.Manifest with { Metrics = bundle.Manifest.Metrics.Reverse().ToDictionary() },
        };
        AssertSame(BundleCodec.Encode(bundle), BundleCodec.Encode(reordered));
        AssertSame(BundleCodec.Encode(bundle), BundleCodec.Encode(BundleCodec.Decode(BundleCodec.Encode(bundle))));
    }

    /// <summary>The bytes that docs/bundle-format.md describes: published bundles depend on them.</summary>
    [Fact]
    public void Encode_BinaryFiles_LayoutOfTheDocument()
    {
        var files = BundleCodec.Encode(SampleBundle.Create() with
        {
            Manifest = SampleBundle.Create().Manifest with { Dimensions = 1 },
            ItemIds = ["a", "ü"],
            ItemVectors = [1, -2],
            FoldIn = new FoldInParameters(1, 0.5f, 0.25f, 1, [1f], 200, 2),
            Gram = [5],
            Projection = null,
        }).Files;
        Assert.Equal("02000000" + "01000000" + "0161" + "02C3BC" + "0000803F" + "000000C0", Convert.ToHexString(files["items.bin"].Span));
        Assert.Equal(
            "01000000" + "0000003F" + "0000803E" + "0000803F" + "C8000000" + "02000000" + "01000000" + "0000803F" + "0000A040",
            Convert.ToHexString(files["interest.bin"].Span));
    }

    [Fact]
    public void Encode_Manifest_TextOfTheDocument()
    {
        var text = Encoding.UTF8.GetString(BundleCodec.Encode(SampleBundle.Create()).Files["manifest.json"].Span);
        Assert.StartsWith(
            """
            {
              "format": 1,
              "bundle": {
                "version": 7,
                "createdMs": 1700000000123,
                "reason": "schedule",
                "journalCut": 4711,
                "seed": 42,
                "users": 2,
                "items": 4,
                "events": 9,
                "trainingSeconds": 1.25,
                "dimensions": 3,
                "similarity": "cosine",
                "metrics": {
                  "hr@10": 0.125,
                  "ndcg@10": 0.07
                }
              },
              "files": [
                {
                  "name": "interest.bin",
                  "bytes": 72,
                  "sha256": "
            """,
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_WithoutOptionalParts_NullsAndNoFile()
    {
        var bundle = SampleBundle.Create() with { Projection = null, Ranker = null, Statistics = ItemStatisticsState.Empty };
        var files = BundleCodec.Encode(bundle);
        Assert.DoesNotContain("projection.bin", files.Files.Keys);
        var read = BundleCodec.Decode(files);
        Assert.Null(read.Projection);
        Assert.Null(read.Ranker);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Decode_FileMissing_RefusedByName(string name)
    {
        var files = Copy();
        files.Remove(name);
        AssertRefused(files, $"Bundle 7 cannot be used. {name}: it is missing.");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Decode_AnyBitFlipped_RefusedOrTheManifestsOwnText(string name)
    {
        var intact = BundleCodec.Encode(SampleBundle.Create()).Files[name];
        for (var index = 0; index < intact.Length; index++)
        {
            var files = Copy();
            var bytes = intact.ToArray();
            bytes[index] ^= 0x10;
            files[name] = bytes;
            if (name != "manifest.json")
            {
                AssertRefused(files, $"Bundle 7 cannot be used. {name}: it is corrupt: its SHA-256 is not the manifest's.");
                continue;
            }

            // Its text has no checksum of its own here (the store keeps one): still, nothing but a bundle or a refusal.
            try
            {
                Assert.Equal(7, BundleCodec.Decode(new BundleFiles(7, files)).Manifest.Version);
            }
            catch (InvalidDataException refusal)
            {
                Assert.StartsWith("Bundle ", refusal.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Decode_FileCutShort_RefusedByName(string name)
    {
        var files = Copy();
        files[name] = files[name][..^1];
        AssertRefused(files, $"Bundle 7 cannot be used. {name}: ");
    }

    [Fact]
    public void Decode_NewerFormat_RefusedBeforeAnythingElse()
    {
        var files = Copy();
        files["manifest.json"] = Encoding.UTF8.GetBytes("""{"format":2,"somethingNew":[]}""");
        AssertRefused(files, "Bundle 7 cannot be used. manifest.json: it is of format 2, newer than the 1 that this build reads.");
    }

    [Theory]
    [InlineData("", "manifest.json: ")]
    [InlineData("[]", "manifest.json: it does not say its format")]
    [InlineData("""{"format":0}""", "manifest.json: there is no format 0")]
    [InlineData("""{"format":1}""", "manifest.json: ")]
    public void Decode_NotAManifest_Refused(string text, string reason)
    {
        var files = Copy();
        files["manifest.json"] = Encoding.UTF8.GetBytes(text);
        AssertRefused(files, "Bundle 7 cannot be used. " + reason);
    }

    [Fact]
    public void Decode_ManifestOfAnotherBundle_Refused() =>
        Assert.Contains(
            "it is the manifest of bundle 7",
            Assert.Throws<InvalidDataException>(() => BundleCodec.Decode(new BundleFiles(8, Copy()))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Decode_FileNotListed_Refused()
    {
        var files = Copy();
        var manifest = JsonNode.Parse(files["manifest.json"].Span)!;
        var listed = manifest["files"]!.AsArray();
        listed.Remove(listed.Single(file => (string?)file!["name"] == "items.bin"));
        files["manifest.json"] = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        AssertRefused(files, "Bundle 7 cannot be used. items.bin: the manifest does not list it.");
    }

    [Fact]
    public void Encode_PartsThatDoNotFit_Refused()
    {
        var bundle = SampleBundle.Create();
        AssertInvalid(bundle with { ItemVectors = [1, 2] }, "4 items of 3 dimensions do not make 2 numbers");
        AssertInvalid(bundle with { ItemIds = ["a", "b", "a", "c"] }, "an item is listed twice");
        AssertInvalid(bundle with { Gram = [1] }, "Gram matrix has 1 numbers");
        AssertInvalid(bundle with { FoldIn = bundle.FoldIn with { Decays = [0] } }, "a decay is not in (0, 1]");
        AssertInvalid(bundle with { FoldIn = bundle.FoldIn with { Dimensions = 2 } }, "its fold-in has 2 dimensions");
        bundle.ItemVectors[4] = float.NaN;
        AssertInvalid(bundle, "an item vector is not finite");
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> Copy() => new(BundleCodec.Encode(SampleBundle.Create()).Files, StringComparer.Ordinal);

    private static void AssertSame(BundleFiles expected, BundleFiles actual)
    {
        Assert.Equal(expected.Files.Keys, actual.Files.Keys);
        Assert.All(expected.Files, file => Assert.Equal(file.Value.ToArray(), actual.Files[file.Key].ToArray()));
    }

    private static void AssertRefused(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string message) =>
        Assert.StartsWith(message, Assert.Throws<InvalidDataException>(() => BundleCodec.Decode(new BundleFiles(7, files))).Message, StringComparison.Ordinal);

    private static void AssertInvalid(ModelBundle bundle, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => BundleCodec.Encode(bundle)).Message, StringComparison.Ordinal);
}
