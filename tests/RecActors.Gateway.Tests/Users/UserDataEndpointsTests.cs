using System.Net;
using RecActors.Hosting;

namespace RecActors.Users;

public sealed class UserDataEndpointsTests(ApiServer server)
{
    private readonly HttpClient _client = server.Client;

    [Fact]
    public async Task Export_User_HasTheProfileAndEveryActionAlsoThoseTakenBack()
    {
        await _client.PostAsync("/api/user", """{"UserId":"ud-1","Labels":{"a":"b"},"Comment":"known"}""");
        await _client.PostAsync("/api/feedback", """[{"FeedbackType":"like","UserId":"ud-1","ItemId":"ud-a","Value":2,"Timestamp":"2026-01-30T08:00:00Z","Comment":"grand"}]""");
        await _client.SendAsync(HttpMethod.Delete, "/api/feedback/like/ud-1/ud-a");

        (await _client.ReadAsync("/api/user/ud-1/export")).Is(
            """{"User":{"UserId":"ud-1","Labels":{"a":"b"},"Comment":"known"},"Actions":[{"Operation":"Add","FeedbackType":"like","ItemId":"ud-a","Value":2,"Timestamp":"2026-01-30T08:00:00Z","Comment":"grand"},{"Operation":"Remove","FeedbackType":"like","ItemId":"ud-a","Value":0,"Timestamp":"2026-01-31T12:00:00Z","Comment":""}]}""");
        (await _client.ReadAsync("/api/user/ud-nobody/export")).IsProblem(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Merge_AnonymousSession_MovesItsActionsOnceHoweverOftenItIsAsked()
    {
        await _client.PostAsync("/api/feedback", """
            [{"FeedbackType":"like","UserId":"ud-anonymous","ItemId":"ud-b","Value":2},{"FeedbackType":"like","UserId":"ud-2","ItemId":"ud-b","Value":1}]
            """);

        var kept = await _client.PostAsync("/api/user/ud-2/merge", """{"From":"ud-anonymous","Delete":false}""");
        var again = await _client.PostAsync("/api/user/ud-2/merge", """{"From":"ud-anonymous"}""");
        var over = await _client.PostAsync("/api/user/ud-2/merge", """{"From":"ud-anonymous"}""");

        Assert.Equal(["""{"RowAffected":1}""", """{"RowAffected":1}""", """{"RowAffected":0}"""], new[] { kept.Body, again.Body, over.Body });
        Assert.Equal(("2", "2"), (kept.Headers["X-User-Version"], again.Headers["X-User-Version"]));
        Assert.Equal(3, (double)(await _client.ReadAsync("/api/feedback/like/ud-2/ud-b")).Json["Value"]!);
        (await _client.ReadAsync("/api/user/ud-anonymous")).IsProblem(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"From":"ud-3"}""")]
    [InlineData("""{"From":"a/b"}""")]
    public async Task Merge_Nonsense_IsRefused(string body) =>
        Assert.Equal("From", (string)(await _client.PostAsync("/api/user/ud-3/merge", body)).IsProblem(HttpStatusCode.BadRequest).Fault["field"]!);
}
