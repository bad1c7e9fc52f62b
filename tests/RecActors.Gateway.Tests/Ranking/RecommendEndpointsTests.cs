using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using RecActors.Hosting;

namespace RecActors.Ranking;

public sealed class RecommendEndpointsTests(ApiServer server)
{
    private readonly HttpClient _client = server.Client;

    [Fact]
    public async Task Get_Version1_IsIdsAndTheVersionsAreInTheHeaders()
    {
        await PrepareAsync("re-1");

        var answer = await _client.ReadAsync("/api/recommend/re-1?category=re-1");

        var ids = answer.Json.AsArray().Select(id => (string)id!).ToList();
        Assert.Equal(["re-1-b", "re-1-c"], ids.Order(StringComparer.Ordinal));
        Assert.Equal("1", answer.Headers["X-User-Version"]);
        Assert.True(long.Parse(answer.Headers["X-Model-Version"], CultureInfo.InvariantCulture) >= 0);
    }

    [Fact]
    public async Task Get_Version2_IsTheSameIdsWithScores()
    {
        await PrepareAsync("re-2");

        var ids = (await _client.ReadAsync("/api/recommend/re-2/re-2")).Json.AsArray().Select(id => (string)id!);
        var byHeader = await _client.ReadAsync("/api/recommend/re-2/re-2", ("X-API-Version", "2"));
        var byParameter = await _client.ReadAsync("/api/recommend/re-2/re-2?version=2");

        Assert.Equal(ids, byHeader.Json.AsArray().Select(item => (string)item!["Id"]!));
        Assert.All(byHeader.Json.AsArray(), item => Assert.True(double.IsFinite((double)item!["Score"]!)));
        Assert.Equal(byHeader.Body, byParameter.Body);
    }

    [Fact]
    public async Task Get_Explain_NamesTheVersionsInTheBody()
    {
        await PrepareAsync("re-3");

        var answer = await _client.ReadAsync("/api/recommend/re-3/re-3?explain=true");

        Assert.Equal(1, (int)answer.Json["UserVersion"]!);
        Assert.Equal(answer.Headers["X-Model-Version"], answer.Json["ModelVersion"]!.ToJsonString());
        Assert.Equal(2, answer.Json["Items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Get_CountAndOffset_CutTheList()
    {
        await PrepareAsync("re-4");

        var all = (await _client.ReadAsync("/api/recommend/re-4/re-4")).Json.AsArray();
        var second = (await _client.ReadAsync("/api/recommend/re-4/re-4?n=1&offset=1")).Json.AsArray();
        Assert.Equal((string)all[1]!, (string)Assert.Single(second)!);
    }

    [Fact]
    public async Task Get_AfterAnAcknowledgedAction_SeesIt()
    {
        await PrepareAsync("re-5");
        for (var round = 0; round < 50; round++)
        {
            var acknowledged = await _client.PostAsync("/api/feedback", """[{"FeedbackType":"read","UserId":"re-5","ItemId":"re-5-b"}]""");
            var answer = await _client.ReadAsync("/api/recommend/re-5/re-5", ("X-Minimum-User-Version", acknowledged.Headers["X-User-Version"]));

            Assert.Equal(acknowledged.Headers["X-User-Version"], answer.Headers["X-User-Version"]);
            Assert.DoesNotContain("re-5-b", answer.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Get_VersionThatIsNotThere_Is503()
    {
        using var hasty = await server.StartGatewayAsync(options => options.MaxRetries = 0);

        (await hasty.ReadAsync("/api/recommend/re-6?minimum-user-version=5")).IsProblem(HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData("n=0", "n")]
    [InlineData("offset=-1", "offset")]
    [InlineData("explain=maybe", "explain")]
    [InlineData("lambda=2", "lambda")]
    [InlineData("minimum-user-version=x", "minimum-user-version")]
    [InlineData("write-back-type=a/b", "write-back-type")]
    [InlineData("write-back-type=read&write-back-delay=soon", "write-back-delay")]
    [InlineData("write-back-type=read&write-back-delay=-1h", "write-back-delay")]
    [InlineData("write-back-delay=1", "write-back-delay")]
    public async Task Get_BadParameter_NamesIt(string query, string field) =>
        Assert.Equal(field, (string)(await _client.ReadAsync($"/api/recommend/re-7?{query}")).IsProblem(HttpStatusCode.BadRequest).Fault["field"]!);

    [Fact]
    public async Task PostSession_ThreeItems_RecommendsOthersAndStoresNothing()
    {
        await PrepareAsync("re-8");
        const string Session = """[{"ItemId":"re-8-a","FeedbackType":"read"},{"ItemId":"re-8-b","FeedbackType":"read","UserId":"re-nobody"}]""";

        var answer = await _client.PostAsync("/api/session/recommend/re-8?n=5", Session);

        Assert.Equal("re-8-c", (string)Assert.Single(answer.Json.AsArray())!["Id"]!);
        (await _client.ReadAsync("/api/user/re-nobody")).IsProblem(HttpStatusCode.NotFound);
        var explained = await _client.PostAsync("/api/session/recommend?category=re-8&explain=true", Session);
        Assert.Equal("re-8-c", (string)explained.Json["Items"]![0]!["Id"]!);
    }

    [Fact]
    public async Task PostSession_BadEntry_NamesIndexAndField()
    {
        var fault = (await _client.PostAsync("/api/session/recommend", """[{"ItemId":"a","FeedbackType":"read"},{"FeedbackType":"read"}]"""))
            .IsProblem(HttpStatusCode.BadRequest).Fault;

        Assert.Equal((1, "ItemId"), ((int)fault["index"]!, (string)fault["field"]!));
    }

    /// <summary>A category of three items, the first of which the user has read; user and category carry the same name.</summary>
    private async Task PrepareAsync(string name)
    {
        await _client.PostAsync("/api/items", new JsonArray([.. "abc".Select(letter => new JsonObject
        {
            ["ItemId"] = $"{name}-{letter}",
            ["Categories"] = new JsonArray(name),
        })]).ToJsonString());
        await _client.PostAsync("/api/feedback", $$"""[{"FeedbackType":"read","UserId":"{{name}}","ItemId":"{{name}}-a"}]""");
    }
}
