using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RecActors.Hosting;

namespace RecActors.Attribution;

/// <summary>From an answer's id to what came of it.</summary>
public sealed class AttributionTests(ApiServer server)
{
    private readonly HttpClient _client = server.Client;

    [Fact]
    public async Task Feedback_ThatNamesAnAnswer_IsAttributedToItsListAndRank()
    {
        await PrepareAsync("attr");
        var before = await QualityAsync(_client, "recommend");
        var answer = await _client.ReadAsync("/api/recommend/attr-user/attr?n=5");
        var id = answer.Headers["X-Recommendation-Id"];
        var items = answer.Json.AsArray().Select(item => (string)item!).ToList();

        await ActAsync("attr-user", items[2], id, "read");

        // Nothing of this counts: another user's, an item that was not in it, none of ours, a dislike.
        await ActAsync("attr-other", items[0], id, "read");
        await ActAsync("attr-user", "attr-elsewhere", id, "read");
        await ActAsync("attr-user", items[0], "AAAA", "read");
        await ActAsync("attr-user", items[1], id, "dislike");

        // And this last, so that the rest has been counted when it is.
        await ActAsync("attr-user", items[2], id, "purchase");

        var after = await UntilAsync("recommend", quality => quality.Conversions > before.Conversions);
        Assert.Equal((before.Clicks + 1, before.Conversions + 1), (after.Clicks, after.Conversions));
        Assert.True(after.Answers > before.Answers);
        Assert.Equal(before.Gain + 0.5, after.Gain, 1e-9);
    }

    [Fact]
    public async Task Feedback_DeliveredAgain_CountsOnce()
    {
        await PrepareAsync("again");
        var answer = await _client.PostAsync("/api/session/recommend/again?n=3", """[{"FeedbackType":"read","ItemId":"again-0"}]""");
        var (id, item) = (answer.Headers["X-Recommendation-Id"], (string)answer.Json[0]!["Id"]!);
        var before = await QualityAsync(_client, "session");
        var action = $$"""[{"FeedbackType":"read","UserId":"again-user","ItemId":"{{item}}","EventId":"once","RecommendationId":"{{id}}"}]""";

        Assert.Equal(HttpStatusCode.OK, (await _client.PostAsync("/api/feedback", action)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _client.PostAsync("/api/feedback", action)).Status);
        await ActAsync("again-user", item, id, "order");

        var after = await UntilAsync("session", quality => quality.Conversions > before.Conversions);
        Assert.Equal(before.Clicks + 1, after.Clicks);
    }

    [Fact]
    public async Task Feedback_WhoseFirstAcknowledgementWasLost_IsAttributed()
    {
        await PrepareAsync("lost");
        var answer = await _client.ReadAsync("/api/recommend/lost-user/lost?n=3");
        var (id, item) = (answer.Headers["X-Recommendation-Id"], (string)answer.Json[0]!);
        var before = await QualityAsync(_client, "recommend");
        server.Faults.FailAfter("lost-user", 1);

        await ActAsync("lost-user", item, id, "purchase");

        var after = await UntilAsync("recommend", quality => quality.Conversions > before.Conversions);
        Assert.Equal(before.Conversions + 1, after.Conversions);
    }

    [Fact]
    public async Task Feedback_OfAnErasedUser_IsNotAttributed()
    {
        await PrepareAsync("gone");
        var ofErased = await _client.ReadAsync("/api/recommend/gone-user/gone?n=3");
        var ofOther = await _client.ReadAsync("/api/recommend/gone-other/gone?n=3");
        await _client.SendAsync(HttpMethod.Delete, "/api/user/gone-user");
        var before = await QualityAsync(_client, "recommend");

        await ActAsync("gone-user", (string)ofErased.Json[0]!, ofErased.Headers["X-Recommendation-Id"], "read");

        // Last, so that the one before has been counted when it is.
        await ActAsync("gone-other", (string)ofOther.Json[0]!, ofOther.Headers["X-Recommendation-Id"], "purchase");

        var after = await UntilAsync("recommend", quality => quality.Conversions > before.Conversions);
        Assert.Equal((before.Clicks + 1, before.Conversions + 1), (after.Clicks, after.Conversions));
    }

    [Fact]
    public async Task Recommend_WithExploration_TellsPropensitiesAndDrawsAnew()
    {
        await PrepareAsync("draw");
        var orders = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            var answer = await _client.ReadAsync("/api/recommend/draw-user/draw?n=10&exploration=1&explain=true");
            var items = answer.Json["Items"]!.AsArray();
            Assert.Equal(10, items.Count);
            Assert.All(items, item => Assert.InRange((double)item!["Propensity"]!, 0, 1));
            Assert.Equal(1, (double)items[^1]!["Propensity"]!, 1e-6);
            orders.Add(string.Join(' ', items.Select(item => (string)item!["Id"]!)));
        }

        Assert.True(orders.Count > 10, $"{orders.Count} orders of 20.");
        (await _client.ReadAsync("/api/recommend/draw-user?exploration=0.5&lambda=0.5")).IsProblem(HttpStatusCode.BadRequest);
        (await _client.ReadAsync("/api/recommend/draw-user?exploration=2")).IsProblem(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Recommend_WhereAttributionIsOff_HasNoId()
    {
        await PrepareAsync("off");
        using var client = await server.StartGatewayAsync(configureServices: services => services.Configure<AttributionOptions>(options => options.Enabled = false));

        Assert.False((await client.ReadAsync("/api/recommend/off-user/off")).Headers.ContainsKey("X-Recommendation-Id"));
    }

    private async Task PrepareAsync(string name)
    {
        var items = Enumerable.Range(0, 10).Select(i => new JsonObject { ["ItemId"] = $"{name}-{i}", ["Categories"] = new JsonArray(name) });
        Assert.Equal(HttpStatusCode.OK, (await _client.PostAsync("/api/items", new JsonArray([.. items]).ToJsonString())).Status);
    }

    private async Task ActAsync(string user, string item, string id, string type)
    {
        var action = new JsonObject { ["FeedbackType"] = type, ["UserId"] = user, ["ItemId"] = item, ["RecommendationId"] = id };
        Assert.Equal(HttpStatusCode.OK, (await _client.PostAsync("/api/feedback", $"[{action.ToJsonString()}]")).Status);
    }

    private async Task<Quality> UntilAsync(string list, Predicate<Quality> holds)
    {
        Quality? quality = null;
        await Eventually.HoldsAsync(async () => holds(quality = await QualityAsync(_client, list)));
        return quality!;
    }

    private static async Task<Quality> QualityAsync(HttpClient client, string list)
    {
        var lists = (await client.ReadAsync("/api/models/online")).Json.AsArray().Where(quality => (string)quality!["List"]! == list).ToList();
        return new(
            lists.Sum(quality => (long)quality!["Answers"]!),
            lists.Sum(quality => (long)quality!["Clicks"]!),
            lists.Sum(quality => (long)quality!["Conversions"]!),
            lists.Sum(quality => (double)quality!["Ndcg"]! * (long)quality["Answers"]!));
    }

    private sealed record Quality(long Answers, long Clicks, long Conversions, double Gain);
}
