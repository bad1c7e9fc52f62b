using System.Text.Json;
using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Copying;

/// <summary>An installation is copied by the real command, and a real server runs on the copy.</summary>
public sealed class StorageCopyTests(TrainedSample sample)
{
    private const int Users = 25;
    private const int Count = 20;
    private const int NewActions = 150;

    [Fact(Explicit = true)]
    public async Task CopiedFolder_ServesTheSameRecommendations()
    {
        using var source = await sample.CopyAsync(Ct);
        using var parent = new DataFolder();
        var copy = Path.Combine(parent.Path, "copy");
        var before = await ActAndAnswerAsync(source.Path);

        await CopyAsync(source.Path, copy);

        AssertEqual(before, await AnswersAsync(copy));
    }

    [Fact]
    public async Task FolderToRedisAndBack_ServesTheSameRecommendationsFromEach()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        using var source = await sample.CopyAsync(Ct);
        using var parent = new DataFolder();
        var back = Path.Combine(parent.Path, "back");
        var before = await ActAndAnswerAsync(source.Path);

        await CopyAsync(source.Path, "redis:" + redis.ConnectionString);
        AssertEqual(before, await AnswersAsync(source.Path, "--redis", redis.ConnectionString));
        await CopyAsync("redis:" + redis.ConnectionString, back);

        AssertEqual(before, await AnswersAsync(back));
    }

    [Fact]
    public async Task Target_WithData_IsRefusedAndLeftAlone()
    {
        using var source = await sample.CopyAsync(Ct);
        using var target = await sample.CopyAsync(Ct);

        var (exitCode, output) = await ServerProcess.RunAsync(Ct, "copy", "--from", source.Path, "--to", target.Path);

        Assert.Equal(1, exitCode);
        Assert.Contains("The target holds data already", output, StringComparison.Ordinal);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task CopyAsync(string from, string to)
    {
        var (exitCode, output) = await ServerProcess.RunAsync(Ct, "copy", "--from", from, "--to", to);
        Assert.True(exitCode == 0, output);
    }

    /// <summary>Gives the installation what its model does not know: actions after the cut, a new item, profiles. Then recommendations.</summary>
    private static async Task<List<Answer>> ActAndAnswerAsync(string dataFolder)
    {
        await using (var server = await ServerProcess.ServeAsync(dataFolder, Ct))
        {
            using var client = new ApiClient(server.Address);
            var items = await SampleItems.OfAsync(client, Ct);
            var random = new Random(1);
            for (var action = 0; action < NewActions; action++)
            {
                await client.PostFeedbackAsync(Ct, new FeedbackJson("watch", $"{random.Next(1, Users + 1)}", items.Next(random), EventId: $"{action}"));
            }

            await client.PostAsync<object>("/api/user", new { UserId = "1", Labels = new { genre = "Comedy" } }, Ct);
            await client.PostAsync<object>("/api/user", new { UserId = "without actions", Comment = "known all the same" }, Ct);
            await client.PostAsync<object>("/api/item", new { ItemId = "new", Categories = new[] { "Comedy" } }, Ct);
            Assert.Equal(0, await server.StopAsync());
        }

        return await AnswersAsync(dataFolder);
    }

    private static async Task<List<Answer>> AnswersAsync(string dataFolder, params string[] arguments)
    {
        await using var server = await ServerProcess.ServeAsync(dataFolder, Ct, arguments);
        using var client = new ApiClient(server.Address);
        var registered = await client.GetAsync<JsonElement>("/api/user/without%20actions", Ct);
        Assert.Equal("known all the same", registered.GetProperty("Comment").GetString());
        var answers = new List<Answer>();
        for (var user = 1; user <= Users; user++)
        {
            answers.Add(await client.RecommendAsync($"{user}", Count, Ct));
        }

        answers.Add(await FeedbackAsync(client, "1"));
        return answers;
    }

    /// <summary>Who has done what with an item, by the index that every store makes for itself; in one order, since stores differ in theirs.</summary>
    private static async Task<Answer> FeedbackAsync(ApiClient client, string item)
    {
        var rows = await client.GetAsync<JsonElement>($"/api/item/{item}/feedback", Ct);
        var list = rows.EnumerateArray()
            .Select(row => new ScoredJson($"{row.GetProperty("UserId")} {row.GetProperty("FeedbackType")}", row.GetProperty("Value").GetDouble()))
            .OrderBy(row => row.Id, StringComparer.Ordinal)
            .ToList();
        Assert.NotEmpty(list);
        return new Answer(list, 0, 0, default);
    }

    private static void AssertEqual(List<Answer> before, List<Answer> after)
    {
        Assert.Equal(before.Select(answer => (answer.UserVersion, answer.ModelVersion)), after.Select(answer => (answer.UserVersion, answer.ModelVersion)));
        foreach (var (old, copied) in before.Zip(after))
        {
            Assert.Equal(old.Items.Select(item => item.Id), copied.Items.Select(item => item.Id));
            Assert.All(old.Items.Zip(copied.Items), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-6));
        }
    }
}
