using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Retrieval;
using RecActors.Sequences;

namespace RecActors.Compatibility;

/// <summary>Bundles as releases have written them. A format adds a folder; none is ever changed.</summary>
public sealed class BundleGoldenTests
{
    private const long Version = 7;

    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "Compatibility", "Golden");

    public static TheoryData<string> Formats => [.. Directory.EnumerateDirectories(Golden).Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Decode_BundleOfARelease_GivesEveryPart(string format)
    {
        var bundle = BundleCodec.Decode(Read(format));

        Assert.Equal(Version, bundle.Manifest.Version);
        Assert.Equal(SampleBundle.Create().ItemIds, bundle.ItemIds);
        Assert.Equal(SampleBundle.Create().ItemVectors, bundle.ItemVectors);
        Assert.Equal(SampleBundle.Create().Gram, bundle.Gram);
        Assert.Equal(SampleBundle.Create().Blend, bundle.Blend);
        Assert.Equal(SampleBundle.Create().Ranker!.Layers.Single().Weights, bundle.Ranker!.Layers.Single().Weights);
        Assert.Equal(SampleBundle.Create().Projection!.Vocabulary, bundle.Projection!.Vocabulary);
        Assert.Equal(SampleBundle.Create().Statistics.ItemIds, bundle.Statistics.ItemIds);
    }

    [Fact]
    public void Encode_BundleOfFormatOne_GivesTheSameBytes()
    {
        var golden = Read("bundle-format-1");

        var written = BundleCodec.Encode(BundleCodec.Decode(golden)).Files;

        Assert.Equal(golden.Files.Keys.Order(), written.Keys.Order());
        Assert.All(golden.Files, file => Assert.Equal(Convert.ToHexString(file.Value.Span), Convert.ToHexString(written[file.Key].Span)));
    }

    [Fact]
    public void Decode_BundleOfARelease_HasASequenceModelOnlyWhereOneWasWritten()
    {
        Assert.Null(BundleCodec.Decode(Read("bundle-format-1")).Sequence);
        Assert.Equivalent(SampleSequences.Create(["b", "ü"], 2, seed: 3), BundleCodec.Decode(Read("bundle-format-1-sequence")).Sequence, strict: true);
    }

    [Theory]
    [InlineData("bundle-format-1-index")]
    [InlineData("bundle-format-1-linear")]
    [InlineData("bundle-format-1-sequence")]
    [InlineData("bundle-format-1-sequence-index")]
    public void Encode_BundleWithALearnedModel_GivesTheSameBytes(string format)
    {
        var golden = Read(format);

        var written = BundleCodec.Encode(BundleCodec.Decode(golden)).Files;

        Assert.Equal(golden.Files.Keys.Order(), written.Keys.Order());
        Assert.All(golden.Files, file => Assert.Equal(Convert.ToHexString(file.Value.Span), Convert.ToHexString(written[file.Key].Span)));
    }

    [Fact]
    public void Decode_BundleOfARelease_HasAnIndexOnlyWhereOneWasWritten()
    {
        Assert.Null(BundleCodec.Decode(Read("bundle-format-1")).Index);
        var index = new InvertedFileState
        {
            Centroids = [1, 0, 0.25f, 0, 1, 0.5f],
            Lists = [0, 1, 1, -1],
            Reach = 1.5f,
            ReachOfMany = 2.25f,
            AskedRecall = 0.99,
            Recall = 0.9975,
            Scanned = 0.125,
        };
        Assert.Equivalent(index, BundleCodec.Decode(Read("bundle-format-1-index")).Index, strict: true);
        Assert.Null(BundleCodec.Decode(Read("bundle-format-1-sequence")).SequenceIndex);
        var ofSequence = index with
        {
            Centroids = [1, 0, 0.25f, 0.5f],
            Lists = [1, -1],
            Reach = 1.25f,
            ReachOfMany = 2.5f,
            Recall = 0.995,
            Scanned = 0.0625,
        };
        Assert.Equivalent(ofSequence, BundleCodec.Decode(Read("bundle-format-1-sequence-index")).SequenceIndex, strict: true);
    }

    [Fact]
    public void Decode_BundleOfARelease_HasItemWeightsOnlyWhereTheyWereWritten()
    {
        Assert.Null(BundleCodec.Decode(Read("bundle-format-1")).Linear);
        Assert.Equivalent(SampleLinearItems.Create(["b", "ü", "c"], seed: 3), BundleCodec.Decode(Read("bundle-format-1-linear")).Linear, strict: true);
    }

    private static BundleFiles Read(string format) => new(
        Version,
        Directory.EnumerateFiles(Path.Combine(Golden, format)).ToDictionary(
            path => Path.GetFileName(path), path => new ReadOnlyMemory<byte>(File.ReadAllBytes(path))));
}
