using System.Net;
using RecActors.Hosting;

namespace RecActors.Feedback;

public sealed class FeedbackEndpointsTests(ApiServer server)
{
    private readonly HttpClient _client = server.Client;

    [Fact]
    public async Task Post_Array_IsAcknowledgedAndReadBack()
    {
        var answer = await _client.PostAsync("/api/feedback", """
            [{"FeedbackType":"star","UserId":"fe-1","ItemId":"fe-a","Value":4.5,"Timestamp":"2026-01-30T08:00:00.25Z","Comment":"grand","Labels":{"device": "tv", "stars": [4, 5]}},
             {"FeedbackType":"read","UserId":"fe-1","ItemId":"fe-b","Timestamp":"2026-01-30T09:00:00+01:00"}]
            """);

        answer.Is("""{"RowAffected":2}""");
        Assert.Equal("2", answer.Headers["X-User-Version"]);
        var rows = await _client.ReadAsync("/api/user/fe-1/feedback");
        rows.Is("""
            [{"FeedbackType":"read","UserId":"fe-1","ItemId":"fe-b","Value":0,"Timestamp":"2026-01-30T08:00:00Z","Updated":"2026-01-30T08:00:00Z","Labels":null,"Comment":""},{"FeedbackType":"star","UserId":"fe-1","ItemId":"fe-a","Value":4.5,"Timestamp":"2026-01-30T08:00:00.25Z","Updated":"2026-01-30T08:00:00.25Z","Labels":{"device": "tv", "stars": [4, 5]},"Comment":"grand"}]
            """.Trim());
        Assert.Equal("2", rows.Headers["X-User-Version"]);
    }

    [Fact]
    public async Task Post_RowThatIsThere_AccumulatesWhilePutOverwrites()
    {
        const string Row = """[{"FeedbackType":"buy","UserId":"fe-2","ItemId":"fe-a","Value":2}]""";
        await _client.PostAsync("/api/feedback", Row);
        await _client.PostAsync("/api/feedback", Row);
        Assert.Equal(4, (double)(await _client.ReadAsync("/api/feedback/buy/fe-2/fe-a")).Json["Value"]!);

        await _client.SendAsync(HttpMethod.Put, "/api/feedback", Row);
        Assert.Equal(2, (double)(await _client.ReadAsync("/api/feedback/buy/fe-2/fe-a")).Json["Value"]!);
    }

    [Fact]
    public async Task Post_SameEventIdTwice_CountsOnce()
    {
        const string Row = """[{"FeedbackType":"buy","UserId":"fe-3","ItemId":"fe-a","Value":2,"EventId":"e-1"}]""";
        await _client.PostAsync("/api/feedback", Row);
        var again = await _client.PostAsync("/api/feedback", Row);

        again.Is("""{"RowAffected":1}""");
        Assert.Equal("1", again.Headers["X-User-Version"]);
        Assert.Equal(2, (double)(await _client.ReadAsync("/api/feedback/buy/fe-3/fe-a")).Json["Value"]!);
    }

    [Fact]
    public async Task Post_SeveralUsers_AnswersVersionsWhenAsked()
    {
        var answer = await _client.PostAsync("/api/feedback?versions=true", """
            [{"FeedbackType":"read","UserId":"fe-4","ItemId":"fe-a"},
             {"FeedbackType":"read","UserId":"fe-5","ItemId":"fe-a"},
             {"FeedbackType":"read","UserId":"fe-4","ItemId":"fe-b"}]
            """);

        answer.Is("""{"RowAffected":3,"UserVersions":{"fe-4":2,"fe-5":1}}""");
    }

    [Fact]
    public async Task Post_WithoutTimestamp_HappensNow()
    {
        await _client.PostAsync("/api/feedback", """[{"FeedbackType":"read","UserId":"fe-6","ItemId":"fe-a","Timestamp":"0001-01-01T00:00:00Z"}]""");

        var row = await _client.ReadAsync("/api/feedback/read/fe-6/fe-a");
        Assert.Equal("2026-01-31T12:00:00Z", (string)row.Json["Timestamp"]!);
    }

    [Fact]
    public async Task Post_UnknownUserAndItem_AreInserted()
    {
        await _client.PostAsync("/api/feedback", """[{"feedbacktype":"read","userid":"fe-new","itemid":"fe-new-item"}]""");

        (await _client.ReadAsync("/api/user/fe-new")).Is("""{"UserId":"fe-new","Labels":null,"Comment":""}""");
        var item = await _client.ReadAsync("/api/item/fe-new-item");
        Assert.Equal(HttpStatusCode.OK, item.Status);
    }

    [Fact]
    public async Task Post_EmptyArray_AffectsNothing() =>
        (await _client.PostAsync("/api/feedback", "[]")).Is("""{"RowAffected":0}""");

    [Fact]
    public async Task Delete_Pair_RemovesEveryTypeAndSaysHowMany()
    {
        await _client.PostAsync("/api/feedback", """
            [{"FeedbackType":"read","UserId":"fe-7","ItemId":"fe-a"},
             {"FeedbackType":"like","UserId":"fe-7","ItemId":"fe-a"},
             {"FeedbackType":"like","UserId":"fe-7","ItemId":"fe-b"}]
            """);

        var deleted = await _client.SendAsync(HttpMethod.Delete, "/api/feedback/like/fe-7/fe-b");
        Assert.Equal((1, "like", "fe-b"), ((int)deleted.Json["RowAffected"]!, (string)deleted.Json["FeedbackType"]!, (string)deleted.Json["ItemId"]!));
        (await _client.SendAsync(HttpMethod.Delete, "/api/feedback/like/fe-7/fe-b")).Is("""{"RowAffected":0}""");
        (await _client.SendAsync(HttpMethod.Delete, "/api/feedback/fe-7/fe-a")).Is("""{"RowAffected":2}""");
        (await _client.SendAsync(HttpMethod.Delete, "/api/feedback/fe-7/fe-a")).Is("""{"RowAffected":0}""");
        (await _client.ReadAsync("/api/user/fe-7/feedback")).Is("[]");
        (await _client.ReadAsync("/api/feedback/like/fe-7/fe-b")).Is("{}");
    }

    [Fact]
    public async Task Get_ByTypeAndByPair_Restricts()
    {
        await _client.PostAsync("/api/feedback", """
            [{"FeedbackType":"read","UserId":"fe-8","ItemId":"fe-a"},
             {"FeedbackType":"like","UserId":"fe-8","ItemId":"fe-a"},
             {"FeedbackType":"like","UserId":"fe-8","ItemId":"fe-b"}]
            """);

        Assert.Equal(2, (await _client.ReadAsync("/api/user/fe-8/feedback/like")).Json.AsArray().Count);
        Assert.Equal(2, (await _client.ReadAsync("/api/feedback/fe-8/fe-a")).Json.AsArray().Count);
    }

    [Fact]
    public async Task GetAll_ByCursor_VisitsEveryRowOnce()
    {
        await _client.PostAsync("/api/feedback", """
            [{"FeedbackType":"fe-page","UserId":"fe-9","ItemId":"fe-a"},
             {"FeedbackType":"fe-page","UserId":"fe-9","ItemId":"fe-b"},
             {"FeedbackType":"fe-page","UserId":"fe-10","ItemId":"fe-a"}]
            """);

        var seen = new List<string>();
        var cursor = "";
        do
        {
            var page = (await _client.ReadAsync($"/api/feedback/fe-page?n=1&cursor={cursor}")).Json;
            seen.AddRange(page["Feedback"]!.AsArray().Select(row => $"{row!["UserId"]} {row["ItemId"]}"));
            cursor = (string)page["Cursor"]!;
        }
        while (cursor.Length > 0);
        Assert.Equal(["fe-10 fe-a", "fe-9 fe-a", "fe-9 fe-b"], seen.Order(StringComparer.Ordinal));
    }
}
