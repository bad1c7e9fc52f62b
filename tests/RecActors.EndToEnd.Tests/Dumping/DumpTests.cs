using System.IO.Compression;
using System.Text;
using System.Text.Json;
using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;
using RecActors.Security;

namespace RecActors.Dumping;

/// <summary>An installation is written into one file and restored from it by the real commands; the restored one answers and dumps the same.</summary>
public sealed class DumpTests(TrainedSample sample) : IDisposable
{
    private const int Users = 15;
    private const string WithoutActions = """{"User":{"UserId":"without actions",""";
    private const string WrittenMs = "\"WrittenMs\":1";

    private readonly DataFolder _parent = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _parent.Dispose();

    [Fact]
    public async Task Restore_OfADump_AnswersAndDumpsTheSame()
    {
        using var source = await sample.CopyAsync(Ct);
        await ActAsync(source.Path);
        var before = await AnswersAsync(source.Path);
        var first = await DumpAsync("first.gz", "--data", source.Path);

        await RunAsync("restore", "--in", first, "--data", Path("restored"));
        var second = await DumpAsync("second.gz", "--data", Path("restored"));

        Assert.Contains(Lines(first), line => line.Contains("\"online-quality\"", StringComparison.Ordinal) && line.Contains("Answers", StringComparison.Ordinal));
        Assert.Equal(await File.ReadAllBytesAsync(first, Ct), await File.ReadAllBytesAsync(second, Ct));
        Assert.Contains(Lines(first), line => line.StartsWith(WithoutActions, StringComparison.Ordinal) && line.Contains(WrittenMs, StringComparison.Ordinal));
        AssertEqual(before, await AnswersAsync(Path("restored")));
    }

    [Fact]
    public async Task Restore_OfAProfileWithoutItsTime_TakesItAsWrittenNow()
    {
        const string User = """{"User":{"UserId":"anon-1","Comment":"visitor"}}""";
        await WriteAsync(Path("older.gz"), """{"Dump":1}""", User, """{"Lines":2}""");

        await RunAsync("restore", "--in", Path("older.gz"), "--data", Path("restored"));

        Assert.Contains(Lines(await DumpAsync("again.gz", "--data", Path("restored"))), line =>
            line.StartsWith(User[..^2], StringComparison.Ordinal) && line.Contains(WrittenMs, StringComparison.Ordinal));
    }

    [Fact(Explicit = true)]
    public async Task Restore_IntoRedis_AnswersAndDumpsTheSame()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        using var source = await sample.CopyAsync(Ct);
        await ActAsync(source.Path);
        var before = await AnswersAsync(source.Path);
        var first = await DumpAsync("first.gz", "--data", source.Path);

        await RunAsync("restore", "--in", first, "--redis", redis.ConnectionString);
        var second = await DumpAsync("second.gz", "--redis", redis.ConnectionString);

        var (dumped, again) = (Lines(first), Lines(second));
        Assert.Equal(dumped.Where(line => UserOf(line) is null), again.Where(line => UserOf(line) is null));
        Assert.Equal(ByUser(dumped), ByUser(again));
        AssertEqual(before, await AnswersAsync(Path("unused"), "--redis", redis.ConnectionString));
    }

    [Fact]
    public async Task Restore_OfABadFile_NamesTheLineAndWritesNothing()
    {
        const string Item = """{"Item":{"ItemId":"1","IsHidden":false,"Categories":[],"TimestampMs":0,"Version":1}}""";
        await AssertIsRefusedAsync("line 3", """{"Dump":1}""", Item, """{"Item":{"ItemId":""}}""", """{"Lines":3}""");
        await AssertIsRefusedAsync("line 2: it is the last one, and not the end", """{"Dump":1}""", Item);
        await AssertIsRefusedAsync("it says that there are 7 lines", """{"Dump":1}""", Item, """{"Lines":7}""");
        await AssertIsRefusedAsync("format 99", """{"Dump":99}""");

        await File.WriteAllTextAsync(Path("text"), "no archive", Ct);
        var (exitCode, output) = await ServerProcess.RunAsync(Ct, "restore", "--in", Path("text"), "--data", Path("target"));
        Assert.Equal(1, exitCode);
        Assert.Contains("line 1: it cannot be decompressed", Plain(output), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path("target")));
    }

    [Fact]
    public async Task Dump_OfKeys_HasTheirHashesAndNoSecrets()
    {
        var (exitCode, output) = await ServerProcess.RunAsync(Ct, "keys", "add", "--data", Path("keys"), "--name", "admin", "--scopes", "admin");
        Assert.True(exitCode == 0, output);
        var key = output.Split('\n').Single(line => line.StartsWith(ApiKeySecret.Prefix, StringComparison.Ordinal)).Trim();
        await using (var server = await ServerProcess.ServeAsync(Path("keys"), Ct, "--cold-start"))
        {
            using var site = new ApiClient(server.Address);
            site.Http.DefaultRequestHeaders.Add("X-API-Key", key);
            for (var renewal = 0; renewal < 2; renewal++)
            {
                using var renewed = await site.Http.PostAsync("/api/keys/console-secret", null, Ct);
                Assert.True(renewed.IsSuccessStatusCode);
            }

            Assert.Equal(0, await server.StopAsync());
        }

        var lines = Lines(await DumpAsync("keys.gz", "--data", Path("keys")));

        Assert.DoesNotContain(lines, line => line.Contains(key, StringComparison.Ordinal));
        var stored = JsonSerializer.Deserialize<JsonElement>(lines.Single(line => line.Contains("\"api-keys\"", StringComparison.Ordinal))).GetProperty("State").GetProperty("Json");
        var state = JsonSerializer.Deserialize<JsonElement>(stored.GetString()!);
        Assert.Equal(1, state.GetProperty("Keys").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, state.GetProperty("CookieSecret").ValueKind);
        Assert.Equal(JsonValueKind.Null, state.GetProperty("PreviousCookieSecret").ValueKind);
    }

    private string Path(string name) => System.IO.Path.Combine(_parent.Path, name);

    /// <summary>The console breaks long lines.</summary>
    private static string Plain(string output) => output.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal);

    private static void AssertEqual(List<Answer> before, List<Answer> after)
    {
        Assert.Equal(before.Select(answer => (answer.UserVersion, answer.ModelVersion)), after.Select(answer => (answer.UserVersion, answer.ModelVersion)));
        Assert.All(before.Zip(after), pair =>
        {
            Assert.Equal(pair.First.Items.Select(item => item.Id), pair.Second.Items.Select(item => item.Id));
            Assert.All(pair.First.Items.Zip(pair.Second.Items), items => Assert.Equal(items.First.Score, items.Second.Score, 1e-6));
        });
    }

    private async Task AssertIsRefusedAsync(string reason, params string[] lines)
    {
        await WriteAsync(Path("bad.gz"), lines);

        var (exitCode, output) = await ServerProcess.RunAsync(Ct, "restore", "--in", Path("bad.gz"), "--data", Path("target"));

        Assert.Equal(1, exitCode);
        Assert.Contains(reason, Plain(output), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path("target")));
    }

    private static async Task WriteAsync(string path, params string[] lines)
    {
        await using var file = File.Create(path);
        await using var archive = new GZipStream(file, CompressionLevel.Fastest);
        await archive.WriteAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"), Ct);
    }

    private static List<string> Lines(string path)
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        return [.. text.ReadToEnd().Split('\n')];
    }

    /// <summary>Whose action a line is, null for none.</summary>
    private static string? UserOf(string line)
    {
        const string Action = "{\"Action\":{\"User\":\"";
        return line.StartsWith(Action, StringComparison.Ordinal) ? line[Action.Length..line.IndexOf('"', Action.Length)] : null;
    }

    /// <summary>Redis orders the actions of one user, and those of different users only to within the windows that a restore writes at once.</summary>
    private static IEnumerable<string> ByUser(List<string> lines) => lines.Where(line => UserOf(line) is not null).OrderBy(UserOf, StringComparer.Ordinal);

    private async Task<string> DumpAsync(string name, params string[] from)
    {
        await RunAsync(["dump", "--out", Path(name), .. from]);
        return Path(name);
    }

    private static async Task RunAsync(params string[] arguments)
    {
        var (exitCode, output) = await ServerProcess.RunAsync(Ct, arguments);
        Assert.True(exitCode == 0, output);
    }

    /// <summary>Gives the installation what its model does not know: actions after the cut, a hidden item, profiles, an erased user.</summary>
    private static async Task ActAsync(string dataFolder)
    {
        await using var server = await ServerProcess.ServeAsync(dataFolder, Ct);
        using var site = new ApiClient(server.Address);
        var random = new Random(1);
        var items = await SampleItems.OfAsync(site, Ct);
        var actions = Enumerable.Range(0, 100)
            .Select(action => new FeedbackJson("watch", $"{random.Next(1, Users + 1)}", items.Next(random), 0.5, EventId: $"{action}"));
        await site.PostFeedbackAsync(Ct, [.. actions]);
        await site.PostAsync<JsonElement>("/api/user", new { UserId = "1", Labels = new { genre = "Comédie <\"x\">" } }, Ct);
        await site.PostAsync<JsonElement>("/api/user", new { UserId = "without actions", Comment = "known all the same" }, Ct);
        await site.PostAsync<JsonElement>("/api/item", new { ItemId = "hidden", IsHidden = true, Categories = new[] { "Comedy" }, Labels = new { year = 1999 } }, Ct);
        using var erased = await site.Http.DeleteAsync($"/api/user/{Users}", Ct);
        Assert.True(erased.IsSuccessStatusCode);
        Assert.Equal(0, await server.StopAsync());
    }

    private static async Task<List<Answer>> AnswersAsync(string dataFolder, params string[] arguments)
    {
        await using var server = await ServerProcess.ServeAsync(dataFolder, Ct, arguments);
        using var site = new ApiClient(server.Address);
        Assert.Contains("known all the same", await site.Http.GetStringAsync("/api/user/without%20actions", Ct), StringComparison.Ordinal);
        var late = await site.PostAsync<JsonElement>("/api/feedback", new[] { new FeedbackJson("watch", $"{Users}", "1") }, Ct);
        Assert.Equal(1, late.GetProperty("Erased").GetInt32());
        var answers = new List<Answer>();
        for (var user = 1; user < Users; user++)
        {
            answers.Add(await site.RecommendAsync($"{user}", 20, Ct));
        }

        Assert.Equal(0, await server.StopAsync());
        return answers;
    }
}
