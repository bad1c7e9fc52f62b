using System.Text;

namespace RecActors.Models;

public sealed class FolderBundleStoreTests : IDisposable
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();
    private readonly FolderBundleStore _store;

    public FolderBundleStoreTests() => _store = new FolderBundleStore(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LoadAsync_OfSaved_HasTheSameFiles()
    {
        await _store.SaveAsync(Bundle(7), None);
        var loaded = await new FolderBundleStore(_folder.Path).LoadAsync(7, None);

        Assert.Equal(7, loaded.Version);
        Assert.Equal(["items.bin", "manifest.json"], loaded.Files.Keys.Order(StringComparer.Ordinal));
        Assert.All(Bundle(7).Files, file => Assert.Equal(file.Value.ToArray(), loaded.Files[file.Key].ToArray()));
    }

    [Fact]
    public async Task OpenAsync_FileOfSaved_GivesItsBytesAndRefusesOneThatIsMissing()
    {
        await _store.SaveAsync(Bundle(7), None);
        foreach (var (name, content) in Bundle(7).Files)
        {
            await using var file = await _store.OpenAsync(7, name, None);
            using var read = new MemoryStream();
            await file.CopyToAsync(read, None);
            Assert.Equal(content.ToArray(), read.ToArray());
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => _store.OpenAsync(7, "other.bin", None).AsTask());
        await Assert.ThrowsAsync<InvalidDataException>(() => _store.OpenAsync(8, "items.bin", None).AsTask());
    }

    [Fact]
    public async Task SaveAsync_VersionThatExists_IsRefusedAndLeavesItAlone()
    {
        await _store.SaveAsync(Bundle(1), None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.SaveAsync(Bundle(1, "other"), None).AsTask());

        Assert.Equal("{}", Encoding.UTF8.GetString((await _store.LoadAsync(1, None)).Files["manifest.json"].Span));
        Assert.Single(Directory.EnumerateDirectories(_folder.Path));
    }

    [Fact]
    public async Task SaveAsync_SameVersionAtOnce_OneWins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                await _store.SaveAsync(Bundle(3, $"by {i}"), None);
                return i;
            }
            catch (InvalidOperationException)
            {
                return -1;
            }
        }));

        var winner = Assert.Single(outcomes, i => i >= 0);
        Assert.Equal($"by {winner}", Encoding.UTF8.GetString((await _store.LoadAsync(3, None)).Files["manifest.json"].Span));
    }

    [Fact]
    public async Task ListAsync_AfterSavesAndADelete_IsAscendingAndIgnoresRemains()
    {
        await _store.SaveAsync(Bundle(10), None);
        await _store.SaveAsync(Bundle(9), None);
        await _store.SaveAsync(Bundle(2), None);
        await _store.DeleteAsync(9, None);
        await _store.DeleteAsync(99, None);
        Directory.CreateDirectory(Path.Combine(_folder.Path, ".unfinished-11-x"));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "not-a-version"));

        Assert.Equal([2, 10], await _store.ListAsync(None));
        await Assert.ThrowsAsync<InvalidDataException>(() => _store.LoadAsync(9, None).AsTask());
    }

    [Fact]
    public void RemoveRemains_AfterACrash_LeavesOnlyBundles()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, ".unfinished-11-x"));
        Directory.CreateDirectory(Path.Combine(_folder.Path, ".deleted-1-y"));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "4"));
        _store.RemoveRemains();
        Assert.Equal(["4"], Directory.EnumerateDirectories(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("flip", "checksum of items.bin differs")]
    [InlineData("truncate", "checksum of items.bin differs")]
    [InlineData("remove", "items.bin is missing")]
    [InlineData("remove-list", "checksums.sha256 is missing")]
    [InlineData("cut-list", "no list of checksums")]
    [InlineData("garble-list", "no list of checksums")]
    [InlineData("newer", "folder format 2")]
    public async Task LoadAsync_DamagedBundle_IsRefusedAndSaysWhat(string damage, string message)
    {
        await _store.SaveAsync(Bundle(5), None);
        var items = Path.Combine(_folder.Path, "5", "items.bin");
        var list = Path.Combine(_folder.Path, "5", "checksums.sha256");
        var lines = await File.ReadAllLinesAsync(list, None);
        switch (damage)
        {
            case "flip":
                await File.WriteAllBytesAsync(items, [1, 2, 4], None);
                break;
            case "truncate":
                await File.WriteAllBytesAsync(items, [1, 2], None);
                break;
            case "remove":
                File.Delete(items);
                break;
            case "remove-list":
                File.Delete(list);
                break;
            case "cut-list":
                await File.WriteAllLinesAsync(list, lines[..^1], None);
                break;
            case "garble-list":
                await File.WriteAllLinesAsync(list, [lines[0], "?", lines[2]], None);
                break;
            case "newer":
                await File.WriteAllLinesAsync(list, [lines[0].Replace("format 1", "format 2", StringComparison.Ordinal), .. lines[1..]], None);
                break;
        }

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => _store.LoadAsync(5, None).AsTask());
        Assert.Contains("5", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../escape")]
    [InlineData("checksums.sha256")]
    [InlineData("ä")]
    public async Task SaveAsync_NameOutsideTheAlphabet_IsRefused(string name)
    {
        var bundle = new BundleFiles(1, new Dictionary<string, ReadOnlyMemory<byte>> { [name] = new byte[1] });
        await Assert.ThrowsAsync<ArgumentException>(() => _store.SaveAsync(bundle, None).AsTask());
        Assert.Empty(await _store.ListAsync(None));
    }

    private static BundleFiles Bundle(long version, string manifest = "{}") => new(version, new Dictionary<string, ReadOnlyMemory<byte>>
    {
        ["manifest.json"] = Encoding.UTF8.GetBytes(manifest),
        ["items.bin"] = new byte[] { 1, 2, 3 },
    });
}
