using System.Globalization;
using RecActors.Catalog;
using RecActors.ItemToItem;
using RecActors.Storage;
using RecActors.Threads;

namespace RecActors.Snapshots;

public sealed class FolderStartSnapshotsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Folder => Path.Combine(_folder.Path, "snapshots");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_NothingWritten_IsNull()
    {
        await using var storage = _folder.Open();

        Assert.Null(await storage.Snapshots.ReadCatalogAsync(TestContext.Current.CancellationToken));
        Assert.Null(await storage.Snapshots.ReadStatisticsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Catalog_WrittenAndReadByTheNextProcess_IsTheSameReplica()
    {
        var token = TestContext.Current.CancellationToken;
        var written = Replica();
        await using (var storage = _folder.Open())
        {
            await storage.Snapshots.WriteCatalogAsync(new CatalogReplica().Export(0), token);
            await storage.Snapshots.WriteCatalogAsync(written.Export(cursor: 7), token);
        }

        var read = new CatalogReplica();
        await using (var storage = _folder.Open())
        {
            var snapshot = await storage.Snapshots.ReadCatalogAsync(token);
            Assert.Equal(7, snapshot!.Cursor);
            Assert.True(read.TryImport(snapshot));
        }

        Assert.Equal(written.Count, read.Count);
        Assert.Equal(written.Version, read.Version);
        Assert.Equal(written.Vocabulary.ToArray(), read.Vocabulary.ToArray());
        for (var row = 0; row < written.Count; row++)
        {
            Assert.Equal(written.IdOf(row), read.IdOf(row));
            Assert.Equal(written.ChangeNumberOf(row), read.ChangeNumberOf(row));
            Assert.Equal(written[row] is { } item ? item with { Categories = [] } : null, read[row] is { } same ? same with { Categories = [] } : null);
            Assert.Equal(written[row]?.Categories, read[row]?.Categories);
            Assert.Equal(written.FeaturesOf(row).Tokens.ToArray(), read.FeaturesOf(row).Tokens.ToArray());
            Assert.Equal(written.FeaturesOf(row).Categories.Length, read.FeaturesOf(row).Categories.Length);
            Assert.Equal(written.FeaturesOf(row).Year, read.FeaturesOf(row).Year);
        }

        Assert.Single(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task Statistics_WrittenAndRead_AreTheSame()
    {
        var token = TestContext.Current.CancellationToken;
        await using var storage = _folder.Open();
        var written = Statistics();
        await storage.Snapshots.WriteStatisticsAsync(written, token);
        var read = await storage.Snapshots.ReadStatisticsAsync(token);

        Assert.Equal(written with { State = read!.State, Recency = read.Recency }, read);
        Assert.Equal(Bytes(written.State), Bytes(read.State));
        Assert.NotEmpty(read.State.Trending.ItemIds);
        Assert.Equivalent(written.State.Trending, read.State.Trending, strict: true);
        Assert.Equal(written.Recency.ItemIds, read.Recency.ItemIds);
        Assert.Equal(written.Recency.LastEpochs, read.Recency.LastEpochs);
        Assert.Equal(written.Recency.Sums, read.Recency.Sums);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public async Task Read_AByteIsChanged_IsRefused(double where)
    {
        var token = TestContext.Current.CancellationToken;
        await using var storage = _folder.Open();
        await storage.Snapshots.WriteCatalogAsync(Replica().Export(7), token);
        var path = Assert.Single(Directory.GetFiles(Folder));
        var bytes = await File.ReadAllBytesAsync(path, token);
        bytes[(int)(bytes.Length * where)] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, token);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await storage.Snapshots.ReadCatalogAsync(token));
    }

    [Fact]
    public async Task Read_CutShortOrGone_IsRefused()
    {
        var token = TestContext.Current.CancellationToken;
        await using var storage = _folder.Open();
        await storage.Snapshots.WriteCatalogAsync(Replica().Export(7), token);
        var path = Assert.Single(Directory.GetFiles(Folder));
        var bytes = await File.ReadAllBytesAsync(path, token);
        for (var length = 0; length < bytes.Length; length += 9)
        {
            await File.WriteAllBytesAsync(path, bytes[..length], token);
            await Assert.ThrowsAsync<InvalidDataException>(async () => await storage.Snapshots.ReadCatalogAsync(token));
        }

        File.Delete(path);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await storage.Snapshots.ReadCatalogAsync(token));
    }

    [Fact]
    public async Task ReadStatistics_ForABackgroundThread_IsReadOnThatThreadAlone()
    {
        var token = TestContext.Current.CancellationToken;
        await using var storage = _folder.Open();
        await WriteStatisticsAsync(storage, _folder);

        // Nothing is awaited: whatever another thread had to do would not be done yet.
        var isThere = await BackgroundThread.RunAsync("test", () => storage.Snapshots.ReadStatisticsAsync(token).AsTask().IsCompletedSuccessfully, token);

        Assert.True(isThere);
    }

    [Fact]
    public async Task ReadStatistics_CutShortAnywhere_IsRefusedByName()
    {
        await using var storage = _folder.Open();
        var (path, bytes) = await WriteStatisticsAsync(storage, _folder);
        for (var length = 0; length < bytes.Length; length++)
        {
            await AssertRefusedAsync(storage, path, bytes[..length]);
        }

        await AssertRefusedAsync(storage, path, [.. bytes, 0]);
        await AssertTakenAsync(storage, path, bytes);
    }

    [Fact]
    public async Task ReadStatistics_ABitIsFlippedAnywhere_IsRefusedByName()
    {
        await using var storage = _folder.Open();
        var (path, bytes) = await WriteStatisticsAsync(storage, _folder);
        for (var place = 0; place < bytes.Length; place++)
        {
            var flipped = bytes.ToArray();
            flipped[place] ^= (byte)(1 << (place % 8));
            await AssertRefusedAsync(storage, path, flipped);
        }

        await AssertTakenAsync(storage, path, bytes);
    }

    [Fact]
    public async Task ReadStatistics_OfAnotherFormat_IsRefusedByName()
    {
        await using var storage = _folder.Open();
        var (path, _) = await WriteStatisticsAsync(storage, _folder);
        File.Delete(path);
        var number = long.Parse(path[^16..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

        // Whole and of this number, as an older or a newer version would have left it.
        SnapshotFile.Write(path, number, static stream => stream.Write([1, 0, 0, 0, .. new byte[64]]));

        var failure = await Assert.ThrowsAsync<InvalidDataException>(async () => await storage.Snapshots.ReadStatisticsAsync(TestContext.Current.CancellationToken));
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains("format 1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadStatistics_OfAnotherSite_IsRefusedByName()
    {
        using var other = new TemporaryFolder();
        await using var storage = _folder.Open();
        await using var otherStorage = other.Open();
        var (path, bytes) = await WriteStatisticsAsync(storage, _folder);
        var (_, others) = await WriteStatisticsAsync(otherStorage, other);

        await AssertRefusedAsync(storage, path, others);
        await AssertTakenAsync(storage, path, bytes);
    }

    [Fact]
    public async Task Read_TheDatabaseIsOfABackup_HasNothingOfAfterIt()
    {
        var token = TestContext.Current.CancellationToken;
        await using (var storage = _folder.Open())
        {
            await storage.Catalog.PutAsync(new ItemRecord { ItemId = "a" }, token);
        }

        var backup = await File.ReadAllBytesAsync(_folder.DatabasePath, token);
        await using (var storage = _folder.Open())
        {
            await storage.Snapshots.WriteCatalogAsync(Replica().Export(7), token);
        }

        File.Delete(_folder.LogPath);
        await File.WriteAllBytesAsync(_folder.DatabasePath, backup, token);
        await using (var storage = _folder.Open())
        {
            Assert.Null(await storage.Snapshots.ReadCatalogAsync(token));
        }
    }

    [Fact]
    public async Task Write_ACrashHasLeftAFile_IsRemoved()
    {
        var token = TestContext.Current.CancellationToken;
        await using var storage = _folder.Open();
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, "catalog-0000000000000001"), "half of", token);
        Assert.Null(await storage.Snapshots.ReadCatalogAsync(token));

        await storage.Snapshots.WriteCatalogAsync(Replica().Export(7), token);

        Assert.Single(Directory.GetFiles(Folder));
        Assert.NotNull(await storage.Snapshots.ReadCatalogAsync(token));
    }

    private static async Task<(string Path, byte[] Bytes)> WriteStatisticsAsync(EmbeddedStorage storage, TemporaryFolder folder)
    {
        await storage.Snapshots.WriteStatisticsAsync(Statistics(), TestContext.Current.CancellationToken);
        var path = Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "snapshots")));
        return (path, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    private static async Task AssertRefusedAsync(EmbeddedStorage storage, string path, byte[] bytes)
    {
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync<InvalidDataException>(async () => await storage.Snapshots.ReadStatisticsAsync(TestContext.Current.CancellationToken));
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    private static async Task AssertTakenAsync(EmbeddedStorage storage, string path, byte[] bytes)
    {
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        Assert.NotNull(await storage.Snapshots.ReadStatisticsAsync(TestContext.Current.CancellationToken));
    }

    private static ItemStatisticsSnapshot Statistics()
    {
        var statistics = new ItemStatistics(new ItemStatisticsOptions());
        statistics.TrendingItems.MoveTo(100);
        for (var action = 0; action < 50; action++)
        {
            statistics.Observe([new(action % 7, 1, Feedback.Polarity.Positive, 1)], new(action % 5, 1, Feedback.Polarity.Positive, action));
        }

        return new ItemStatisticsSnapshot(11, 3, 0xF00D, statistics.Export(row => $"item-{row}"), statistics.ExportRecency(row => $"item-{row}"));
    }

    private static byte[] Bytes(ItemStatisticsState state)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        state.Write(writer);
        return stream.ToArray();
    }

    private static CatalogReplica Replica()
    {
        var replica = new CatalogReplica();
        replica.Apply(new CatalogChange(1, "plain", new ItemRecord { ItemId = "plain", Version = 2 }));
        replica.Apply(new CatalogChange(3, "full", new ItemRecord
        {
            ItemId = "full",
            Version = 1,
            TimestampMs = 1_700_000_000_000,
            ExpiresAtMs = 1_800_000_000_000,
            IsHidden = true,
            Categories = ["b", "a"],
            LabelsJson = """{"tags":["x","ü"],"year":1999}""",
            Comment = "Ein Titel: \u00e4 \ud83c\udfac",
        }));
        replica.Apply(new CatalogChange(4, "gone", new ItemRecord { ItemId = "gone", Categories = ["c"] }));
        replica.Apply(new CatalogChange(5, "gone", null));
        replica.Apply(new CatalogChange(7, "\ud800", new ItemRecord { ItemId = "\ud800", Categories = ["a"] }));
        return replica;
    }
}
