using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Users;

namespace RecActors.Items;

public sealed class ItemListEndpointsTests(ApiServer server)
{
    [Fact]
    public async Task NonPersonalized_NamedInTheSettings_IsThatList()
    {
        using var client = await server.StartGatewayAsync(configureServices: services => services.Configure<NamedListsOptions>(lists =>
        {
            lists.Named["named-old"] = new() { Order = NamedListOrder.Latest, Categories = ["named"], Label = "size", To = 3 };
            lists.Named["named-makers"] = new() { Order = NamedListOrder.Latest, Label = "named-maker", In = ["a", "c"] };
        }));
        foreach (var i in Enumerable.Range(0, 6))
        {
            await client.PostAsync("/api/item", $$$"""{"ItemId":"named-{{{i}}}","Categories":["named"],"Timestamp":"2001-01-0{{{i + 1}}}","Labels":{"size":{{{i}}},"named-maker":"{{{"abcdef"[i]}}}"}}""");
        }

        var old = await client.ReadAsync("/api/non-personalized/named-old?n=3");
        var makers = await client.ReadAsync("/api/non-personalized/named-makers/named");
        var none = (await client.ReadAsync("/api/non-personalized/nothing")).IsProblem(HttpStatusCode.NotFound);

        Assert.Equal(FixedClock.Now.ToString("R", System.Globalization.CultureInfo.InvariantCulture), old.Headers["Last-Modified"]);
        Assert.Equal(["named-3", "named-2", "named-1"], old.Json.AsArray().Select(item => (string)item!["Id"]!));
        Assert.Equal(["named-2", "named-0"], makers.Json.AsArray().Select(item => (string)item!["Id"]!));
        Assert.Contains("popular, latest, trending, named-makers, named-old", (string)none.Json["detail"]!, StringComparison.Ordinal);
    }

    private readonly HttpClient _client = server.Client;

    [Fact]
    public async Task Latest_OfACategory_IsNewestFirstWithUnixSeconds()
    {
        await PostItemsAsync("il-latest");

        (await _client.ReadAsync("/api/latest?category=il-latest")).Is(
            """[{"Id":"il-latest-3","Score":1735689600},{"Id":"il-latest-2","Score":1704067200},{"Id":"il-latest-1","Score":1672531200}]""");
        (await _client.ReadAsync("/api/latest/il-latest?n=1&offset=1")).Is("""[{"Id":"il-latest-2","Score":1704067200}]""");
    }

    [Fact]
    public async Task Latest_ForAUser_LeavesOutWhatTheUserHasSeen()
    {
        await PostItemsAsync("il-seen");
        await _client.PostAsync("/api/feedback", """[{"FeedbackType":"read","UserId":"il-reader","ItemId":"il-seen-2"}]""");

        (await _client.ReadAsync("/api/latest/il-seen?user-id=il-reader&n=2")).Is(
            """[{"Id":"il-seen-3","Score":1735689600},{"Id":"il-seen-1","Score":1672531200}]""");
        (await _client.ReadAsync("/api/latest/il-seen?user-id=il-reader&offset=1")).Is("""[{"Id":"il-seen-1","Score":1672531200}]""");
    }

    [Fact]
    public async Task Popular_OfACategory_ListsOnlyItsItems()
    {
        await PostItemsAsync("il-pop");
        await _client.PostAsync("/api/feedback", """
            [{"FeedbackType":"read","UserId":"il-p1","ItemId":"il-pop-2"},{"FeedbackType":"read","UserId":"il-p2","ItemId":"il-pop-2"},
             {"FeedbackType":"read","UserId":"il-p1","ItemId":"il-pop-1"}]
            """);

        var popular = (await _client.ReadAsync("/api/popular?category=il-pop")).Json.AsArray();
        Assert.All(popular, item => Assert.StartsWith("il-pop", (string)item!["Id"]!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trending_OfAWindow_ListsWhatUsersTakeToNowAndNeverWhatIsHiddenOrOver()
    {
        using var client = await server.StartGatewayAsync(configureServices: services => services.Configure<NamedListsOptions>(lists =>
            lists.Named["hot"] = new() { Order = NamedListOrder.Trending, Window = "1h", Categories = ["il-hot"] }));
        await PostItemsAsync("il-hot");
        await client.SendAsync(HttpMethod.Patch, "/api/item/il-hot-3", """{"ExpiresAt":"2026-01-31T11:59:59Z"}""");
        var now = FixedClock.Now.ToUnixTimeMilliseconds();
        foreach (var (item, users) in new[] { ("1", 4), ("2", 6), ("3", 8), ("4", 9) })
        {
            foreach (var user in Enumerable.Range(0, users))
            {
                await server.Grains.GetGrain<IUserGrain>($"il-h{user}").AppendAsync(
                    new FeedbackBatch([new FeedbackAction(FeedbackOperation.Add, "like", $"il-hot-{item}", 1, now)]), TestContext.Current.CancellationToken);
            }
        }

        // A list that another test has asked for serves for a second, whatever is counted meanwhile.
        foreach (var path in new[] { "/api/trending/il-hot?window=1h", "/api/trending/il-hot", "/api/non-personalized/hot" })
        {
            await Eventually.HoldsAsync(async () =>
                (await client.ReadAsync(path)).Body == """[{"Id":"il-hot-2","Score":6},{"Id":"il-hot-1","Score":4}]""");
        }

        Assert.Equal((await client.ReadAsync("/api/trending/il-hot")).Body, (await client.ReadAsync("/api/trending/il-hot?window=")).Body);
        Assert.Equal("""[{"Id":"il-hot-1","Score":4}]""", (await client.ReadAsync("/api/non-personalized/trending?category=il-hot&offset=1")).Body);
        Assert.Contains("1h, 1d, 1w", (string)(await client.ReadAsync("/api/trending?window=2h")).IsProblem(HttpStatusCode.NotFound).Json["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neighbors_OfAnUnknownItem_Is404() =>
        (await _client.ReadAsync("/api/item/il-nothing/neighbors")).IsProblem(HttpStatusCode.NotFound);

    [Fact]
    public async Task Neighbors_OfAKnownItem_AreScoredAndNotTheItemItself()
    {
        await PostItemsAsync("il-near");
        await _client.PostAsync("/api/feedback", """
            [{"FeedbackType":"read","UserId":"il-n1","ItemId":"il-near-1"},{"FeedbackType":"read","UserId":"il-n1","ItemId":"il-near-2"},
             {"FeedbackType":"read","UserId":"il-n2","ItemId":"il-near-1"},{"FeedbackType":"read","UserId":"il-n2","ItemId":"il-near-2"}]
            """);

        var neighbors = (await _client.ReadAsync("/api/item/il-near-1/neighbors?category=il-near")).Json.AsArray();
        Assert.Contains(neighbors, item => (string)item!["Id"]! == "il-near-2");
        Assert.DoesNotContain(neighbors, item => (string)item!["Id"]! == "il-near-1");
        Assert.Equal(neighbors.ToJsonString(), (await _client.ReadAsync("/api/item/il-near-1/neighbors/il-near")).Body);
    }

    [Theory]
    [InlineData("n=-1", "n")]
    [InlineData("offset=x", "offset")]
    public async Task Latest_BadParameter_NamesIt(string query, string field) =>
        Assert.Equal(field, (string)(await _client.ReadAsync($"/api/latest?{query}")).IsProblem(HttpStatusCode.BadRequest).Fault["field"]!);

    private Task<Answer> PostItemsAsync(string prefix) => _client.PostAsync("/api/items", $$"""
        [{"ItemId":"{{prefix}}-1","Categories":["{{prefix}}"],"Timestamp":"2023-01-01T00:00:00Z"},
         {"ItemId":"{{prefix}}-2","Categories":["{{prefix}}"],"Timestamp":"2024-01-01T00:00:00Z"},
         {"ItemId":"{{prefix}}-3","Categories":["{{prefix}}"],"Timestamp":"2025-01-01T00:00:00Z"},
         {"ItemId":"{{prefix}}-4","Categories":["{{prefix}}"],"Timestamp":"2026-01-01T00:00:00Z","IsHidden":true}]
        """);
}
