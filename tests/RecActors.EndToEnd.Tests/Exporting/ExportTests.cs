using RecActors.Processes;

namespace RecActors.Exporting;

/// <summary>What the commands export and import again is the same: the files of the second export are those of the first.</summary>
public sealed class ExportTests : IDisposable
{
    private const string Items = """
        {"ItemId":"1","IsHidden":false,"Categories":["Comedy","Drama"],"Timestamp":"2020-01-01T00:00:00.25Z","Labels":{"year":1999},"Comment":"One, \"two\"\nthree"}
        {"ItemId":"2","IsHidden":true,"Categories":["with|bar"],"ExpiresAt":"2099-01-01T00:00:00Z"}
        {"ItemId":"ü","IsHidden":false,"Categories":[]}

        """;

    private const string Users = """
        {"UserId":"ann","Labels":{"city":"Zürich"},"Comment":"known"}
        {"UserId":"bob"}

        """;

    private const string Feedback = """
        {"FeedbackType":"read","UserId":"ann","ItemId":"1","Value":2.5,"Timestamp":"2024-01-01T00:00:00Z","Labels":{"device":"tv"},"Comment":"grand"}
        {"FeedbackType":"rating","UserId":"ann","ItemId":"2","Value":-1,"Timestamp":"2024-01-02T00:00:00Z"}
        {"FeedbackType":"like","UserId":"bob","ItemId":"ü","Value":1,"Timestamp":"2024-01-01T12:00:00.001Z"}

        """;

    private readonly DataFolder _parent = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _parent.Dispose();

    [Fact]
    public Task Import_OfAnExportAsParquet_ExportsTheSame() => RoundAsync("parquet");

    [Fact(Explicit = true)]
    public Task Import_OfAnExportAsCsv_ExportsTheSame() => RoundAsync("csv");

    [Fact]
    public async Task Export_WhereAFileIs_LeavesItAndSaysHowToGoOn()
    {
        await WriteSourceAsync();

        var (exitCode, output) = await ServerProcess.RunAsync(Ct, "export", "--out", Path("source"), "--data", Path("data"));

        Assert.Equal(1, exitCode);
        Assert.Contains("--resume", output, StringComparison.Ordinal);
        Assert.Equal(Items, await File.ReadAllTextAsync(System.IO.Path.Combine(Path("source"), "items.jsonl"), Ct));
    }

    private async Task RoundAsync(string format)
    {
        await WriteSourceAsync();
        await RunAsync("import", "--from", Path("source"), "--data", Path("first"));
        await RunAsync("export", "--format", format, "--out", Path("files"), "--data", Path("first"));
        await RunAsync("import", "--from", Path("files"), "--data", Path("second"));
        await RunAsync("export", "--out", Path("again"), "--data", Path("second"));

        foreach (var (file, content) in new[] { ("items.jsonl", Items), ("users.jsonl", Users), ("feedback.jsonl", Feedback) })
        {
            Assert.Equal(content, await File.ReadAllTextAsync(System.IO.Path.Combine(Path("again"), file), Ct));
        }
    }

    private async Task WriteSourceAsync()
    {
        Directory.CreateDirectory(Path("source"));
        foreach (var (file, content) in new[] { ("items.jsonl", Items), ("users.jsonl", Users), ("feedback.jsonl", Feedback) })
        {
            await File.WriteAllTextAsync(System.IO.Path.Combine(Path("source"), file), content, Ct);
        }
    }

    private static async Task RunAsync(params string[] arguments)
    {
        var (exitCode, output) = await ServerProcess.RunAsync(Ct, arguments);
        Assert.True(exitCode == 0, output);
    }

    private string Path(string name) => System.IO.Path.Combine(_parent.Path, name);
}
