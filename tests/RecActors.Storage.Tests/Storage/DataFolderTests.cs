using System.Buffers.Binary;
using CsCheck;
using RecActors.Journal;

namespace RecActors.Storage;

public sealed class DataFolderTests : IDisposable
{
    private const int UserVersionOffset = 60;
    private const int ApplicationIdOffset = 68;

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_WhileAnotherHasIt_IsRefused()
    {
        await using (_folder.Open())
        {
            var error = Assert.Throws<DataFolderException>(() => _folder.Open());
            Assert.Contains("in use by another RecActors process", error.Message, StringComparison.Ordinal);
            Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        }

        await using var next = _folder.Open();
        Assert.Equal(0, (await next.Journal.GetHeadAsync(None)).Value);
    }

    [Fact]
    public void Open_FolderThatIsAFile_IsRefused()
    {
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<DataFolderException>(() => EmbeddedStorage.Open(new EmbeddedStorageOptions { DataFolder = file }));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NewerFormat_IsRefusedAndLeftAlone()
    {
        await FillAsync();
        Patch(UserVersionOffset, 2);
        AssertRefusedUntouched("format version 2", "newer RecActors");
    }

    [Fact]
    public async Task Open_DatabaseOfAnotherApplication_IsRefusedAndLeftAlone()
    {
        await FillAsync();
        Patch(ApplicationIdOffset, 0x12345678);
        AssertRefusedUntouched("another application");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public async Task Open_HeadlessDatabase_IsRefusedAndLeftAlone(int length)
    {
        await FillAsync();
        Truncate(_folder.DatabasePath, length);
        AssertRefusedUntouched("damaged", $"{length} bytes", "Restore");
    }

    [Theory]
    [InlineData(256L << 20)]
    [InlineData(0L)]
    public async Task Open_TruncatedDatabase_IsRefused(long startCheckMaxBytes)
    {
        await FillAsync();
        Truncate(_folder.DatabasePath, new FileInfo(_folder.DatabasePath).Length - 8192);
        var error = Assert.Throws<DataFolderException>(() => _folder.Open(options => options.StartCheckMaxBytes = startCheckMaxBytes));
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.DatabasePath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_GarbageDatabase_IsRefusedAndLeftAlone()
    {
        await FillAsync();
        var garbage = new byte[100_000];
        new Random(1).NextBytes(garbage);
        await File.WriteAllBytesAsync(_folder.DatabasePath, garbage, None);
        AssertRefusedUntouched("not an SQLite database");
    }

    [Fact]
    public async Task Open_GarbagePage_IsRefusedAndLeftAlone()
    {
        await FillAsync();
        var bytes = await File.ReadAllBytesAsync(_folder.DatabasePath, None);
        new Random(1).NextBytes(bytes.AsSpan(8192, 8192));
        await File.WriteAllBytesAsync(_folder.DatabasePath, bytes, None);
        AssertRefusedUntouched("damaged", _folder.DatabasePath);
    }

    [Fact]
    public async Task Open_LogWithoutDatabase_IsRefusedAndLeftAlone()
    {
        using var crashed = await CrashAsync(appends: 3);
        File.Delete(crashed.DatabasePath);
        var error = Assert.Throws<DataFolderException>(() => crashed.Open());
        Assert.Contains("is missing", error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(crashed.LogPath));
        Assert.False(File.Exists(crashed.DatabasePath));
    }

    [Fact]
    public async Task Open_GarbledLogHeader_IsRefused()
    {
        using var crashed = await CrashAsync(appends: 3);
        var bytes = await File.ReadAllBytesAsync(crashed.LogPath, None);
        bytes[0] ^= 0xFF;
        await File.WriteAllBytesAsync(crashed.LogPath, bytes, None);
        var error = Assert.Throws<DataFolderException>(() => crashed.Open());
        Assert.Contains("garbled", error.Message, StringComparison.Ordinal);
        Assert.Contains(crashed.LogPath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NewerJournalFrame_IsRefused()
    {
        await FillAsync();
        using (var session = Sqlite.SqliteSession.Open(_folder.DatabasePath, Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite, ""))
        {
            session.Execute("UPDATE log SET frame = x'02' || substr(frame, 2)");
        }

        var error = Assert.Throws<DataFolderException>(() => _folder.Open());
        Assert.Contains("format 2", error.Message, StringComparison.Ordinal);
    }

    /// <summary>What a power cut may leave of the write-ahead log: a part of it, or a part with garbage.</summary>
    [Fact]
    public async Task Open_TornLog_HasAPrefixOfTheAppends()
    {
        const int appends = 30;
        using var crashed = await CrashAsync(appends);
        var log = await File.ReadAllBytesAsync(crashed.LogPath, None);
        await Gen.Select(Gen.Int[64, log.Length], Gen.Bool).SampleAsync(
            async (cut, garbage) =>
            {
                using var torn = crashed.Copy();
                var left = log.ToArray();
                if (garbage)
                {
                    new Random(cut).NextBytes(left.AsSpan(Math.Min(cut, left.Length - 1)));
                }
                else
                {
                    left = left[..cut];
                }

                await File.WriteAllBytesAsync(torn.LogPath, left);
                await using var storage = torn.Open();
                var entries = await storage.Journal.ReadAsync("ann", default);
                Assert.Equal(Actions.Numbered(0, entries.Count), entries);

                var opened = await storage.Journal.OpenAsync("ann", default);
                var result = await storage.Journal.AppendAsync("ann", opened.Epoch, entries.Count, Actions.Numbered(entries.Count, 1), default);
                Assert.Equal(AppendStatus.Appended, result.Status);
            },
            iter: 25,
            threads: 1);
    }

    [Fact]
    public async Task Open_CrashedWithinItsCreation_StartsEmpty()
    {
        await File.WriteAllTextAsync(_folder.DatabasePath + ".new", "half", None);
        await using var storage = _folder.Open();
        Assert.Equal(0, (await storage.Journal.GetHeadAsync(None)).Value);
    }

    private async Task FillAsync()
    {
        await using var storage = _folder.Open();
        await AppendAsync(storage, 100);
    }

    /// <summary>A copy of a folder whose process ended without closing it.</summary>
    private async Task<TemporaryFolder> CrashAsync(int appends)
    {
        await using var storage = _folder.Open();
        await AppendAsync(storage, appends);
        return _folder.Copy();
    }

    private static async Task AppendAsync(EmbeddedStorage storage, int appends)
    {
        var opened = await storage.Journal.OpenAsync("ann", None);
        for (var i = 0; i < appends; i++)
        {
            await storage.Journal.AppendAsync("ann", opened.Epoch, i, Actions.Numbered(i, 1), None);
        }
    }

    private void Patch(int offset, int value)
    {
        var bytes = File.ReadAllBytes(_folder.DatabasePath);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(offset), value);
        File.WriteAllBytes(_folder.DatabasePath, bytes);
    }

    private static void Truncate(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.SetLength(length);
    }

    private void AssertRefusedUntouched(params string[] words)
    {
        var before = File.ReadAllBytes(_folder.DatabasePath);
        var error = Assert.Throws<DataFolderException>(() => _folder.Open());
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
        Assert.Equal(before, File.ReadAllBytes(_folder.DatabasePath));

        // The refusal let the folder go.
        Assert.Throws<DataFolderException>(() => _folder.Open());
    }
}
