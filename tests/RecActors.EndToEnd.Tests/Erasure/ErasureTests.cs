using System.Net.Http.Json;
using System.Text.Json;
using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Erasure;

/// <summary>After an erasure and its compaction nothing of a user is left in files, answers and models, and nothing that arrives late brings the user back.</summary>
public sealed class ErasureTests(TrainedSample sample)
{
    private const string User = "user-to-forget";

    // Only of this user, so that it must not be left either.
    private const string Comment = "a-remark-to-forget";

    private static readonly FeedbackJson[] Actions =
        [.. Enumerable.Range(1, 30).Select(item => new FeedbackJson("watch", User, $"{item}", EventId: $"{User}-{item}"))];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Erase_OnADataFolder_LeavesNoByteAndNobodyComesBack()
    {
        using var folder = new DataFolder();
        await using (var server = await ServerProcess.ServeAsync(folder.Path, Ct, "--cold-start"))
        {
            using var site = new ApiClient(server.Address);
            await ActAsync(site);
            Assert.NotEmpty(StoredBytes.FilesWith(folder.Path, User));

            await EraseAsync(site);

            Assert.Empty(StoredBytes.FilesWith(folder.Path, User));
            Assert.Empty(StoredBytes.FilesWith(folder.Path, Comment));
            Assert.Equal(0, await server.StopAsync());
        }

        await using var again = await ServerProcess.ServeAsync(folder.Path, Ct, "--cold-start");
        using var next = new ApiClient(again.Address);
        await AssertIsRefusedAsync(next);
        Assert.Empty(StoredBytes.FilesWith(folder.Path, User));
    }

    [Fact(Explicit = true)]
    public async Task Erase_InACluster_LeavesNoByteInRedis()
    {
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(Ct));
        cluster.Start("one", "serve,gateway", "--cold-start");
        cluster.Start("two", "serve,gateway", "--cold-start");
        await cluster.WaitUntilReadyAsync(Ct);
        using var site = new ApiClient(cluster.Gateways.First().Address);
        using var other = new ApiClient(cluster.Gateways.Last().Address);
        await ActAsync(site);

        // Makes the index by item.
        await other.GetAsync<JsonElement>("/api/item/1/feedback", Ct);
        await cluster.Redis.CommandAsync("BGSAVE");
        await EraseAsync(other);

        // Redis removes its old files after it has said that the new ones are there.
        while (StoredBytes.FilesWith(cluster.Redis.Folder, User).Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Ct);
        }

        await AssertIsRefusedAsync(site);
        await AssertIsRefusedAsync(other);
        Assert.Empty(StoredBytes.FilesWith(cluster.Redis.Folder, User));
        Assert.Empty(StoredBytes.FilesWith(cluster.Redis.Folder, Comment));
    }

    [Fact(Explicit = true)]
    public async Task Erase_ThenRefit_TheNextModelKnowsNothingOfTheUser()
    {
        using var folder = await sample.CopyAsync(Ct);
        await using var server = await ServerProcess.ServeAsync(folder.Path, Ct);
        using var site = new ApiClient(server.Address);
        await ActAsync(site);
        await site.PostAsync<JsonElement>("/api/refit", new { Force = true }, Ct);
        await EraseAsync(site);
        var refit = await WaitAsync(site, "/api/refit", status => status.GetProperty("State").GetString() != "Running");

        Assert.Equal("Completed", refit.GetProperty("State").GetString());
        Assert.Empty(StoredBytes.FilesWith(folder.Path, User));
        Assert.Empty(StoredBytes.FilesWith(folder.Path, Comment));
        await AssertIsRefusedAsync(site);
    }

    private static async Task ActAsync(ApiClient site)
    {
        await site.PostAsync<JsonElement>("/api/user", new { UserId = User, Comment }, Ct);
        await site.PostFeedbackAsync(Ct, Actions);
        await site.PostFeedbackAsync(Ct, [.. Actions.Take(5).Select((action, index) => action with { UserId = "ann", EventId = $"ann-{index}" })]);
        await site.RecommendAsync(User, 10, Ct);

        // Once more as ids alone, which the gateway may give again from its memory.
        Assert.Equal(Actions.Length, await AskForIdsAsync(site));
        Assert.Equal(Actions.Length, await AskForIdsAsync(site));
    }

    /// <summary>Returns the user version that the answer was made from.</summary>
    private static async Task<long> AskForIdsAsync(ApiClient site)
    {
        using var answer = await site.Http.GetAsync($"/api/recommend/{User}?n=10", Ct);
        return long.Parse(Assert.Single(answer.EnsureSuccessStatusCode().Headers.GetValues("X-User-Version")), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task EraseAsync(ApiClient site)
    {
        using var deleted = await site.Http.DeleteAsync($"/api/user/{User}", Ct);
        Assert.Equal(1, (await deleted.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("RowAffected").GetInt32());
        await AssertIsRefusedAsync(site);
        await site.PostAsync<JsonElement>("/api/erasures/compact", new { }, Ct);
        var status = await WaitAsync(site, "/api/erasures", body => body.GetProperty("Compaction").GetProperty("State").GetString() != "Running");
        Assert.True(status.GetProperty("Compaction").GetProperty("State").GetString() == "Completed", status.ToString());
        Assert.Equal(1, status.GetProperty("RefusedUsers").GetInt64());
    }

    /// <summary>Delivers everything once more; no answer of the API knows the user then.</summary>
    private static async Task AssertIsRefusedAsync(ApiClient site)
    {
        var late = await site.PostAsync<JsonElement>("/api/feedback", Actions, Ct);
        Assert.Equal((0, Actions.Length), (late.GetProperty("RowAffected").GetInt32(), late.GetProperty("Erased").GetInt32()));
        var profile = await site.PostAsync<JsonElement>("/api/user", new { UserId = User, Comment }, Ct);
        Assert.Equal(0, profile.GetProperty("RowAffected").GetInt32());
        Assert.Equal(0, await AskForIdsAsync(site));
        Assert.Equal(0, (await site.RecommendAsync(User, 10, Ct)).UserVersion);
        string[] paths = ["/api/users?n=1000", "/api/feedback?n=1000", "/api/item/1/feedback", "/api/user/ann/neighbors", $"/api/user/{User}/feedback"];
        foreach (var path in paths)
        {
            Assert.DoesNotContain(User, await site.Http.GetStringAsync(path, Ct), StringComparison.Ordinal);
        }

        using var unknown = await site.Http.GetAsync($"/api/user/{User}/export", Ct);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private static async Task<JsonElement> WaitAsync(ApiClient site, string path, Func<JsonElement, bool> isOver)
    {
        while (true)
        {
            var status = await site.GetAsync<JsonElement>(path, Ct);
            if (isOver(status))
            {
                return status;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), Ct);
        }
    }
}
