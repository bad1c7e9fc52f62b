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

    [Theory]
    [InlineData("movielens", "", "prequential")]
    [InlineData("lightgcn", "", "split")]
    [InlineData("sequences", "sequences.txt", "leave-last-out")]
    [InlineData("sequences", "sequences.txt", "prequential")]
    [InlineData("tsv", "actions.tsv", "prequential")]
    [InlineData("jsonl", "actions.jsonl", "prequential")]
    public async Task Evaluate_EveryFormat_AsksWhatTheProtocolSays(string format, string name, string protocol)
    {
        var actions = Enumerable.Range(0, 60).Select(index => (User: index % 6, Item: index * 7 % 31, Time: 1_700_000_000 + index)).ToArray();
        Write("ratings.csv", ["userId,movieId,rating,timestamp", .. actions.Select(action => $"{action.User + 1},{action.Item + 1},4.5,{action.Time}")]);
        Write("movies.csv", ["movieId,title,genres", .. Enumerable.Range(1, 31).Select(item => $"{item},Film {item} (1990),Drama")]);
        Write("actions.tsv", [.. actions.Select(action => $"u{action.User}\ti{action.Item}\t1\t{action.Time}")]);
        Write("actions.jsonl", [.. actions.Select(action => $$"""{"FeedbackType":"read","UserId":"u{{action.User}}","ItemId":"i{{action.Item}}","Timestamp":"{{DateTimeOffset.FromUnixTimeSeconds(action.Time):O}}"}""")]);
        var lines = actions.GroupBy(action => action.User, action => action.Item).Select(user => (Id: user.Key, Items: user.ToArray())).ToArray();
        Write("sequences.txt", [.. lines.Select(line => $"{line.Id} {string.Join(' ', line.Items)}")]);
        Write("train.txt", [.. lines.Select(line => $"{line.Id} {string.Join(' ', line.Items[..8])}")]);
        Write("test.txt", [.. lines.Select(line => $"{line.Id} {string.Join(' ', line.Items[8..])}")]);
        var questions = (format, protocol) switch { (_, "split" or "leave-last-out") => 6, ("sequences", _) => 30, _ => 12 };

        var (exitCode, output) = await RunAsync("--format", format, "--data", PathOf(name), "--protocol", protocol, "--model", "popular");

        Assert.True(exitCode == 0, output);
        Assert.Contains($"{questions} questions", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_KFold_PrintsRatingFigures()
    {
        var ratings = Write("ratings.tsv", [.. Enumerable.Range(0, 60).Select(index => $"u{index % 6}\ti{index * 7 % 31}\t{(index % 5) + 1}\t{index + 1}")]);

        var (exitCode, output) = await RunAsync("--format", "tsv", "--data", ratings, "--protocol", "kfold", "--folds", "2");

        Assert.True(exitCode == 0, output);
        Assert.Contains("MLP, cross-entropy", output, StringComparison.Ordinal);
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
