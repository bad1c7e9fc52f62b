using RecActors.Processes;

namespace RecActors.Evaluation;

/// <summary>The command as people run it: exit codes, and what is printed and written.</summary>
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recactors-evaluate-");

    [Fact]
    public async Task Evaluate_TwoModelsOnASmallFile_PrintsATableAndWritesWhatIsAsked()
    {
        var data = Write("actions.tsv", [.. Enumerable.Range(0, 60).Select(index => $"u{index % 6}\ti{index * 7 % 31}\t1\t{index + 1}")]);
        var (report, predictions) = (PathOf("report.html"), PathOf("predictions.tsv"));

        var (exitCode, output) = await RunAsync("--format", "tsv", "--data", data, "--model", "popular,transitions", "--report", report, "--predictions", predictions, "--sampled", "5");

        Assert.True(exitCode == 0, output);
        Assert.Contains("NDCG@10", output, StringComparison.Ordinal);
        Assert.Contains("SAMPLED METRICS", output, StringComparison.Ordinal);
        Assert.Contains("<svg", await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(File.Exists(PathOf("predictions.popular.tsv")) && File.Exists(PathOf("predictions.transitions.tsv")));
    }

    [Fact]
    public async Task Evaluate_EmptyFile_EndsWithOneLine()
    {
        var (exitCode, output) = await RunAsync("--format", "tsv", "--data", Write("empty.tsv", []), "--model", "popular");
        Assert.Equal(1, exitCode);
        Assert.Contains("holds no action", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_UnknownFormat_EndsWithTheFormats()
    {
        var (exitCode, output) = await RunAsync("--format", "parquet", "--data", "x");
        Assert.Equal(1, exitCode);
        Assert.Contains("lightgcn", output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) =>
        ServerProcess.RunAsync(TestContext.Current.CancellationToken, ["evaluate", .. arguments]);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private string Write(string name, string[] lines)
    {
        File.WriteAllLines(PathOf(name), lines);
        return PathOf(name);
    }
}
