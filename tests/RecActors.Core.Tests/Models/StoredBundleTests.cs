using System.Text.Json.Nodes;

namespace RecActors.Models;

public sealed class StoredBundleTests
{
    [Fact]
    public async Task ReadVectors_StoredBundle_GivesEveryItemAndItsVector()
    {
        var bundle = SampleBundle.Create();
        var store = new OneBundle(BundleCodec.Encode(bundle));
        using var stored = await StoredBundle.OpenAsync(store, bundle.Manifest.Version, TestContext.Current.CancellationToken);
        var read = new List<float[]>();

        stored.ReadVectors((index, vector) =>
        {
            Assert.Equal(read.Count, index);
            read.Add(vector.ToArray());
        });

        Assert.Equal(bundle.ItemIds, stored.ItemIds);
        Assert.Equal(Enumerable.Range(0, bundle.ItemIds.Count).Select(index => bundle.ItemVector(index).ToArray()), read);
        Assert.Equal(bundle.Gram, stored.Bundle.Gram);
        Assert.Empty(stored.Bundle.ItemVectors);
    }

    [Fact]
    public async Task ReadVectors_AnyByteOfTheItemsChanged_IsRefusedByName()
    {
        var bundle = SampleBundle.Create();
        var files = BundleCodec.Encode(bundle);
        for (var position = 0; position < files.Files[BundleCodec.ItemsFile].Length; position++)
        {
            var damaged = files.Files[BundleCodec.ItemsFile].ToArray();
            damaged[position] ^= 1;
            var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(files, BundleCodec.ItemsFile, damaged));
            Assert.Contains(BundleCodec.ItemsFile, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(BundleCodec.ItemsFile)]
    [InlineData(BundleCodec.InterestFile)]
    [InlineData(BundleCodec.ManifestFile)]
    public async Task Open_FileCutOff_IsRefusedByName(string file)
    {
        var files = BundleCodec.Encode(SampleBundle.Create());
        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(files, file, files.Files[file].ToArray()[..^1]));
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadServingAndStatistics_StoredBundle_AreTogetherWhatWasStored()
    {
        var (bundle, token) = (SampleBundle.Create(), TestContext.Current.CancellationToken);
        var store = new OneBundle(BundleCodec.Encode(bundle));

        var serving = await StoredBundle.ReadServingAsync(store, bundle.Manifest.Version, token);
        var statistics = await StoredBundle.ReadStatisticsAsync(store, bundle.Manifest.Version, token);

        Assert.Empty(serving.Statistics.ItemIds);
        Assert.NotEmpty(statistics.ItemIds);
        var again = BundleCodec.Encode(serving with { Statistics = statistics });
        Assert.All(BundleCodec.Encode(bundle).Files, file => Assert.Equal(file.Value.ToArray(), again.Files[file.Key].ToArray()));
        await StoredBundle.VerifyStatisticsAsync(store, bundle.Manifest.Version, token);
    }

    [Fact]
    public async Task ReadServingBeside_StoredBundle_IsWhatServingReads()
    {
        var (bundle, token) = (SampleBundle.Create(), TestContext.Current.CancellationToken);
        var store = new OneBundle(BundleCodec.Encode(bundle));

        var beside = BundleCodec.Encode(await StoredBundle.ReadServingBesideAsync(store, bundle.Manifest.Version, token));
        var serving = BundleCodec.Encode(await StoredBundle.ReadServingAsync(store, bundle.Manifest.Version, token));

        Assert.Equal(serving.Files.Keys, beside.Files.Keys);
        Assert.All(serving.Files, file => Assert.Equal(file.Value.ToArray(), beside.Files[file.Key].ToArray()));
    }

    [Fact]
    public async Task ReadServingBeside_FilesAreChanged_IsRefusedByTheNameOfTheFirst()
    {
        var files = BundleCodec.Encode(SampleBundle.Create());
        var damaged = new Dictionary<string, ReadOnlyMemory<byte>>(files.Files);
        foreach (var file in (string[])[BundleCodec.InterestFile, BundleCodec.RankerFile])
        {
            var bytes = files.Files[file].ToArray();
            bytes[^1] ^= 1;
            damaged[file] = bytes;
        }

        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => StoredBundle.ReadServingBesideAsync(
            new OneBundle(new BundleFiles(files.Version, damaged)), files.Version, TestContext.Current.CancellationToken));

        Assert.Contains(BundleCodec.InterestFile, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadStatistics_AByteIsChanged_IsRefusedByNameAndSoIsItsVerification()
    {
        const string file = BundleCodec.StatisticsFile;
        var files = BundleCodec.Encode(SampleBundle.Create());
        var damaged = files.Files[file].ToArray();
        damaged[^1] ^= 1;
        var store = new OneBundle(new BundleFiles(files.Version, new Dictionary<string, ReadOnlyMemory<byte>>(files.Files) { [file] = damaged }));
        foreach (var reading in (Func<Task>[])[
            () => StoredBundle.ReadStatisticsAsync(store, files.Version, TestContext.Current.CancellationToken),
            () => StoredBundle.VerifyStatisticsAsync(store, files.Version, TestContext.Current.CancellationToken)])
        {
            Assert.Contains(file, (await Assert.ThrowsAsync<InvalidDataException>(reading)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task VerifyStatistics_TheManifestDoesNotListThem_IsRefusedByName()
    {
        var files = BundleCodec.Encode(SampleBundle.Create());
        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => StoredBundle.VerifyStatisticsAsync(
            new OneBundle(WithManifest(files, static entries => entries.Remove(Statistics(entries)))), files.Version, TestContext.Current.CancellationToken));

        Assert.Contains($"{BundleCodec.StatisticsFile}: the manifest does not list it", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadStatistics_OfMoreBytesThanAnArrayHas_IsRefusedByName()
    {
        var files = BundleCodec.Encode(SampleBundle.Create());
        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => StoredBundle.ReadStatisticsAsync(
            new OneBundle(WithManifest(files, static entries => Statistics(entries)["bytes"] = 3L << 30)), files.Version, TestContext.Current.CancellationToken));

        Assert.Contains($"{BundleCodec.StatisticsFile}: it has {3L << 30} bytes", refusal.Message, StringComparison.Ordinal);
    }

    private static BundleFiles WithManifest(BundleFiles files, Action<JsonArray> change)
    {
        var manifest = JsonNode.Parse(files.Files[BundleCodec.ManifestFile].Span)!;
        change(manifest["files"]!.AsArray());
        return new BundleFiles(files.Version, new Dictionary<string, ReadOnlyMemory<byte>>(files.Files)
        {
            [BundleCodec.ManifestFile] = System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString()),
        });
    }

    private static JsonNode Statistics(JsonArray entries) => entries.Single(entry => (string?)entry!["name"] == BundleCodec.StatisticsFile)!;

    private static async Task ReadAsync(BundleFiles files, string file, byte[] content)
    {
        var changed = new Dictionary<string, ReadOnlyMemory<byte>>(files.Files) { [file] = content };
        var store = new OneBundle(new BundleFiles(files.Version, changed));
        using var stored = await StoredBundle.OpenAsync(store, files.Version, TestContext.Current.CancellationToken);
        stored.ReadVectors((_, _) => { });
    }

    private sealed class OneBundle(BundleFiles files) : IBundleStore
    {
        public ValueTask SaveAsync(BundleFiles bundle, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<BundleFiles> LoadAsync(long version, CancellationToken cancellationToken) => new(files);

        public ValueTask<IReadOnlyList<long>> ListAsync(CancellationToken cancellationToken) => new([files.Version]);

        public ValueTask DeleteAsync(long version, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
