using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Journal;
using RecActors.Journal.Sqlite;
using RecActors.Packing;

namespace RecActors.Compatibility;

/// <summary>Data folders and rows as releases have written them. A release adds a folder; none is ever changed or removed.</summary>
public sealed class StoredGoldenTests
{
    private const string FirstRelease = "0.1.0";

    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "Compatibility", "Golden");

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public static TheoryData<string> Releases => [.. Directory.EnumerateDirectories(Golden).Where(path => !path.EndsWith("Redis", StringComparison.Ordinal)).Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Open_DataFolderOfARelease_ReadsAllOfIt(string release)
    {
        using var folder = new TemporaryFolder();
        CopyFiles(Path.Combine(Golden, release), folder.Path);

        await using var storage = folder.Open();

        await StoredContent.AssertHeldAsync(storage, None);
    }

    /// <summary>With RECACTORS_RECORD_GOLDEN set to a folder, what was written is left there: the golden folder of the next release.</summary>
    [Fact]
    public async Task Open_DataFolderOfToday_ReadsAllOfIt()
    {
        using var folder = new TemporaryFolder();
        await using (var storage = folder.Open())
        {
            await StoredContent.FillAsync(storage, None);
        }

        if (Environment.GetEnvironmentVariable("RECACTORS_RECORD_GOLDEN") is { } target)
        {
            CopyFiles(folder.Path, target);
        }

        await using var reopened = folder.Open();
        await StoredContent.AssertHeldAsync(reopened, None);
    }

    [Fact]
    public void Releases_BeginWithTheFirst() => Assert.Contains(FirstRelease, Directory.EnumerateDirectories(Golden).Select(Path.GetFileName));

    [Fact]
    public void AppendFrame_Bytes_AsFormatOneWroteThem()
    {
        FeedbackEntry[] entries =
        [
            new(FeedbackOperation.Add, "read", "item-1", 1, 1_700_000_000_000, 0x0102030405060708),
            new(FeedbackOperation.Set, "rating", "ü", 3.5, 1_700_000_000_123, 0, "so so"),
        ];

        AssertBytes("0101" + "02" + "A001066974656D2D3180C49FD50C0807060504030201" + "4D0902C3BC07F6A1ABFEF96205736F20736F", AppendFrame.Encode(new PackedWriter(), 1, entries));
    }

    [Fact]
    public void SnapshotChunk_Bytes_AsFormatOneWroteThem() =>
        AssertBytes("01" + "C8161CDF" + "0102030405", SnapshotChunk.Seal([1, 2, 3, 4, 5]));

    [Fact]
    public void ItemRecord_Bytes_AsFormatOneWroteThem()
    {
        var item = new ItemRecord
        {
            ItemId = "ü",
            Version = 3,
            IsHidden = true,
            Categories = ["a"],
            TimestampMs = 1_700_000_000_000,
            ExpiresAtMs = 1_700_000_000_001,
            LabelsJson = "{}",
            Comment = "c",
        };

        AssertBytes("010F02C3BC0680A0ABFEF96201016182A0ABFEF962027B7D0163", ItemRecordCodec.Encode(item));
    }

    private static void AssertBytes(string golden, ReadOnlySpan<byte> written) =>
        Assert.Equal(golden, Convert.ToHexString(written));

    private static void CopyFiles(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
