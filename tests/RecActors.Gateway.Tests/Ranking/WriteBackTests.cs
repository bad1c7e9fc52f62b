using RecActors.Hosting;

namespace RecActors.Ranking;

/// <summary>What was recommended, written back as feedback. The gateway's clock is in the past, so a delay up to then is none for the grains.</summary>
public sealed class WriteBackTests(ApiServer server)
{
    private const string Decades = "87000h";

    private readonly HttpClient _client = server.Client;

    [Fact]
    public async Task Get_WriteBack_IsSeenFromThenOnAndListedAsFeedback()
    {
        await PrepareAsync("wb-1");
        var first = await _client.ReadAsync("/api/recommend/wb-1/wb-1?n=1&write-back-type=read");
        var shown = (string)Assert.Single(first.Json.AsArray())!;

        var next = await _client.ReadAsync("/api/recommend/wb-1/wb-1");

        Assert.Equal("2", first.Headers["X-User-Version"]);
        Assert.DoesNotContain(shown, next.Json.AsArray().Select(id => (string)id!));
        Assert.Single(next.Json.AsArray());
        Assert.Equal("2026-01-31T12:00:00Z", (string)(await _client.ReadAsync($"/api/feedback/read/wb-1/{shown}")).Json["Timestamp"]!);
    }

    [Fact]
    public async Task Get_WriteBackForLater_IsNeitherSeenNorListedBefore()
    {
        await PrepareAsync("wb-2");
        var first = await _client.ReadAsync($"/api/recommend/wb-2/wb-2?write-back-type=read&write-back-delay={Decades}");

        var next = await _client.ReadAsync("/api/recommend/wb-2/wb-2");

        Assert.Equal(first.Body, next.Body);
        Assert.Equal("3", next.Headers["X-User-Version"]);
        Assert.Single((await _client.ReadAsync("/api/user/wb-2/feedback")).Json.AsArray());
    }

    [Fact]
    public async Task Get_WriteBackForLater_IsTakenBackByDeletingAndMayComeAgain()
    {
        await PrepareAsync("wb-3");
        await _client.ReadAsync("/api/recommend/wb-3/wb-3?write-back-type=read");
        Assert.Empty((await _client.ReadAsync("/api/recommend/wb-3/wb-3")).Json.AsArray());

        await _client.SendAsync(HttpMethod.Delete, "/api/feedback/read/wb-3/wb-3-b");

        Assert.Equal("wb-3-b", (string)Assert.Single((await _client.ReadAsync("/api/recommend/wb-3/wb-3")).Json.AsArray())!);
    }

    [Fact]
    public async Task Get_WriteBackOfAnUnknownUser_WritesNothing()
    {
        await PrepareAsync("wb-4");

        await _client.ReadAsync("/api/recommend/wb-stranger/wb-4?write-back-type=read");

        (await _client.ReadAsync("/api/user/wb-stranger")).IsProblem(System.Net.HttpStatusCode.NotFound);
    }

    /// <summary>Three items of one category, of which the user has acted on the first.</summary>
    private async Task PrepareAsync(string name)
    {
        await _client.PostAsync("/api/items", $$"""
            [{"ItemId":"{{name}}-a","Categories":["{{name}}"]},{"ItemId":"{{name}}-b","Categories":["{{name}}"]},{"ItemId":"{{name}}-c","Categories":["{{name}}"]}]
            """);
        await _client.PostAsync("/api/feedback", $$"""[{"FeedbackType":"like","UserId":"{{name}}","ItemId":"{{name}}-a"}]""");
    }
}
