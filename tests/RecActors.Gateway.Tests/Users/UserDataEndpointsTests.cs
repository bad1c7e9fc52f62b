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
        await _client.PostAsync("/api/feedback", """[{"FeedbackType":"like","UserId":"ud-1","ItemId":"ud-a","Value":2,"Timestamp":"2026-01-30T08:00:00Z","Comment":"grand","Labels":["a"]}]""");
        await _client.SendAsync(HttpMethod.Delete, "/api/feedback/like/ud-1/ud-a");

        (await _client.ReadAsync("/api/user/ud-1/export")).Is(
            """{"User":{"UserId":"ud-1","Labels":{"a":"b"},"Comment":"known"},"Actions":[{"Operation":"Add","FeedbackType":"like","ItemId":"ud-a","Value":2,"Timestamp":"2026-01-30T08:00:00Z","Comment":"grand","Labels":["a"]},{"Operation":"Remove","FeedbackType":"like","ItemId":"ud-a","Value":0,"Timestamp":"2026-01-31T12:00:00Z","Comment":"","Labels":null}]}""");
        (await _client.ReadAsync("/api/user/ud-nobody/export")).IsProblem(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Merge_AnonymousSession_MovesItsActionsOnceHoweverOftenItIsAsked()
    {
        await _client.PostAsync("/api/feedback", """
            [{"FeedbackType":"like","UserId":"ud-anonymous","ItemId":"ud-b","Value":2,"Labels":"tv"},{"FeedbackType":"like","UserId":"ud-2","ItemId":"ud-b","Value":1}]
            """);

        var kept = await _client.PostAsync("/api/user/ud-2/merge", """{"From":"ud-anonymous","Delete":false}""");
        var again = await _client.PostAsync("/api/user/ud-2/merge", """{"From":"ud-anonymous"}""");
        var over = await _client.PostAsync("/api/user/ud-2/merge", """{"From":"ud-anonymous"}""");

        Assert.Equal(["""{"RowAffected":1}""", """{"RowAffected":1}""", """{"RowAffected":0}"""], new[] { kept.Body, again.Body, over.Body });
        Assert.Equal(("2", "2"), (kept.Headers["X-User-Version"], again.Headers["X-User-Version"]));
        var merged = (await _client.ReadAsync("/api/feedback/like/ud-2/ud-b")).Json;
        Assert.Equal((3, "tv"), ((double)merged["Value"]!, (string)merged["Labels"]!));
        (await _client.ReadAsync("/api/user/ud-anonymous")).IsProblem(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Merge_OfASessionThatActsMeanwhile_LosesNothing()
    {
        var merging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var acting = Task.Run(
            async () =>
            {
                for (var action = 0; action < 40; action++)
                {
                    await _client.PostAsync("/api/feedback", $$"""[{"FeedbackType":"like","UserId":"ud-busy","ItemId":"ud-c","Value":1,"EventId":"{{action}}","Timestamp":"2026-01-30T08:00:{{action:00}}Z"}]""");
                    if (action == 5)
                    {
                        merging.SetResult();
                    }
                }
            },
            TestContext.Current.CancellationToken);
        await merging.Task;
        var merges = 0;
        while (!acting.IsCompleted || merges < 2)
        {
            await _client.PostAsync("/api/user/ud-4/merge", """{"From":"ud-busy"}""");
            merges++;
        }

        await acting;
        await _client.PostAsync("/api/user/ud-4/merge", """{"From":"ud-busy"}""");
        Assert.Equal(40, (double)(await _client.ReadAsync("/api/feedback/like/ud-4/ud-c")).Json["Value"]!);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"From":"ud-3"}""")]
    [InlineData("""{"From":"a/b"}""")]
    public async Task Merge_Nonsense_IsRefused(string body) =>
        Assert.Equal("From", (string)(await _client.PostAsync("/api/user/ud-3/merge", body)).IsProblem(HttpStatusCode.BadRequest).Fault["field"]!);
}
