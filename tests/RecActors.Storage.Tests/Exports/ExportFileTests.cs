using RecActors.Catalog;
using RecActors.DataSets;
using RecActors.Feedback;

namespace RecActors.Exports;

/// <summary>What is exported reads back as it was, in every format, and the same records give the same bytes.</summary>
public sealed class ExportFileTests : IDisposable
{
    private const string Hostile = " \"quoted\", 'single'; = +1\r\nsecond line\t| Comédie 🎬 ";

    private static readonly ItemRecord[] Items =
    [
        new() { ItemId = "1", Categories = ["Comedy", "Drama"], TimestampMs = 1_700_000_000_123, LabelsJson = """{"year":1999,"maker":{"name":"Ünï"},"sizes":[1.5,2]}""", Comment = Hostile },
        new() { ItemId = "a,b", Categories = ["with|bar", " blank "], IsHidden = true, ExpiresAtMs = 4_100_000_000_000 },
        new() { ItemId = "ü", Categories = ["[odd"], LabelsJson = "\"text\"" },
        new() { ItemId = "z" },
    ];

    private static readonly ImportedUser[] Users = [new("ann", """{"city":"Bremen"}""", Hostile), new("bob", null, null), new("eve", "[\"a\",\"b\"]", "x")];

    private static readonly (string User, FoldedRow Row)[] Rows =
    [
        ("ann", new("read", "1", 1, 1_700_000_000_000, null)),
        ("ann", new("rating", "a,b", -4.25e-7, 1_700_000_000_001, Hostile, """{"device":"tv"}""")),
        ("bob", new("like", "ü", 0, 0, null, "7")),
    ];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<ExportFormat> Formats => [.. Enum.GetValues<ExportFormat>()];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Read_OfWhatWasExported_IsEveryRecordAgain(ExportFormat format)
    {
        var (items, users, feedback) = (Path("items", format), Path("users", format), Path("feedback", format));
        await WriteAsync(items, users, feedback, format);

        var data = new FileDataSet(feedback, items, users);
        var report = new ReadReport(rejectLimit: 0);
        var readItems = data.ReadItems(report, Ct).ToList();

        Assert.Equal(Items.Select(item => item with { Categories = [] }), readItems.Select(item => item with { Categories = [] }));
        Assert.Equal(Items.Select(item => item.Categories), readItems.Select(item => item.Categories));
        Assert.Equal(Users, data.ReadUsers(report, Ct));
        Assert.Equal(Rows, data.ReadFeedback(report, Ct).Select(action => (action.UserId, RowOf(action.Entry))));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Write_TheSameRecords_GivesTheSameBytes(ExportFormat format)
    {
        var bytes = new List<byte[]>();
        foreach (var round in new[] { "one", "two" })
        {
            var paths = new[] { "items", "users", "feedback" }.Select(part => Path(round + part, format)).ToArray();
            await WriteAsync(paths[0], paths[1], paths[2], format);
            bytes.Add([.. paths.SelectMany(File.ReadAllBytes)]);
        }

        Assert.Equal(bytes[0], bytes[1]);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Dispose_BeforeTheEnd_LeavesNoFileOfTheName(ExportFormat format)
    {
        await using (var file = ExportFile.OfUsers(Path("users", format), format))
        {
            await file.WriteAsync(Users[0], Ct);
        }

        Assert.False(File.Exists(Path("users", format)));
    }

    [Fact]
    public async Task Read_OfAParquetFileWithFaults_NamesRowAndColumn()
    {
        var path = Path("feedback", ExportFormat.Parquet);
        await using (var file = ExportFile.OfFeedback(path, ExportFormat.Parquet))
        {
            await file.WriteAsync("ann", new("read", "1", 1, 1_700_000_000_000, null), Ct);
            await file.WriteAsync("b/b", new("read", "1", 1, 1_700_000_000_000, null), Ct);
            await file.WriteAsync("eve", new("read", "1", 1, 9_700_000_000_000, null), Ct);
            await file.CompleteAsync(Ct);
        }

        var report = new ReadReport();
        Assert.Single(new FileDataSet(path, null, null).ReadFeedback(report, Ct).ToList());

        Assert.Equal([(2L, "UserId"), (3L, "Timestamp")], report.RejectedLines.Select(line => (line.Line, line.Column)));
        Assert.All(report.RejectedLines, line => Assert.StartsWith(path, line.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Read_OfAFileThatIsNoParquet_SaysSo()
    {
        var path = Path("feedback", ExportFormat.Parquet);
        File.WriteAllText(path, "UserId,ItemId\n1,2\n");

        Assert.Contains("is not a Parquet file", Assert.Throws<InvalidDataException>(() => new FileDataSet(path, null, null).ReadFeedback(new ReadReport(), Ct).ToList()).Message, StringComparison.Ordinal);
    }

    private static FoldedRow RowOf(FeedbackEntry entry) => new(entry.Type, entry.ItemId, entry.Value, entry.TimestampMs, entry.Comment, entry.LabelsJson);

    private static async Task WriteAsync(string itemsPath, string usersPath, string feedbackPath, ExportFormat format)
    {
        await using var items = ExportFile.OfItems(itemsPath, format);
        await using var users = ExportFile.OfUsers(usersPath, format);
        await using var feedback = ExportFile.OfFeedback(feedbackPath, format);
        foreach (var item in Items)
        {
            await items.WriteAsync(item, Ct);
        }

        foreach (var user in Users)
        {
            await users.WriteAsync(user, Ct);
        }

        foreach (var (user, row) in Rows)
        {
            await feedback.WriteAsync(user, row, Ct);
        }

        await items.CompleteAsync(Ct);
        await users.CompleteAsync(Ct);
        await feedback.CompleteAsync(Ct);
    }

    private string Path(string part, ExportFormat format) => System.IO.Path.Combine(_folder.Path, part + ExportFile.ExtensionOf(format));
}
