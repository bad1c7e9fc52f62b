using System.Globalization;
using System.Net;
using RecActors.Hosting;

namespace RecActors.Feedback;

/// <summary>Transient failures: tried again with the same event ids, and when that does not help, an outcome per entry.</summary>
public sealed class FeedbackRetryTests(ApiServer server)
{
    [Fact]
    public async Task Post_StoreAwayForAWhile_IsTriedUntilDurable()
    {
        server.Faults.FailBefore("ft-1", 3);

        (await server.Client.PostAsync("/api/feedback", """[{"FeedbackType":"buy","UserId":"ft-1","ItemId":"ft-a","Value":1}]""")).Is("""{"RowAffected":1}""");
        Assert.Equal(1, (double)(await server.Client.ReadAsync("/api/feedback/buy/ft-1/ft-a")).Json["Value"]!);
    }

    [Fact]
    public async Task Post_AcknowledgementLost_IsNotCountedTwice()
    {
        await server.Client.PostAsync("/api/item", """{"ItemId":"ft-a"}""");
        server.Faults.FailAfter("ft-2", 3);

        var answer = await server.Client.PostAsync("/api/feedback", """[{"FeedbackType":"buy","UserId":"ft-2","ItemId":"ft-a","Value":1}]""");

        Assert.Equal("1", answer.Is("""{"RowAffected":1}""").Headers["X-User-Version"]);
        Assert.Equal(1, (double)(await server.Client.ReadAsync("/api/feedback/buy/ft-2/ft-a")).Json["Value"]!);
    }

    [Fact]
    public async Task Post_StoreAwayForOneUser_Is503WithTheOutcomePerIndex()
    {
        using var hasty = await server.StartGatewayAsync(options =>
        {
            options.MaxRetries = 1;
            options.RetryDelay = TimeSpan.FromMilliseconds(1);
        });
        server.Faults.FailAfter("ft-4", 2);

        var answer = (await hasty.PostAsync("/api/feedback", """
            [{"FeedbackType":"buy","UserId":"ft-3","ItemId":"ft-a","Value":1},
             {"FeedbackType":"buy","UserId":"ft-4","ItemId":"ft-a","Value":1},
             {"FeedbackType":"buy","UserId":"ft-3","ItemId":"ft-b","Value":1,"EventId":"mine"}]
            """)).IsProblem(HttpStatusCode.ServiceUnavailable);

        Assert.Equal("1", answer.Headers["Retry-After"]);
        var outcomes = answer.Json["outcomes"]!.AsArray();
        Assert.Equal(["applied", "unknown", "applied"], outcomes.Select(outcome => (string)outcome!["outcome"]!));
        Assert.Equal([0, 1, 2], outcomes.Select(outcome => (int)outcome!["index"]!));
        Assert.Equal("mine", (string)outcomes[2]!["eventId"]!);
        Assert.Equal(2, (int)outcomes[0]!["userVersion"]!);

        var repeated = await hasty.PostAsync("/api/feedback", $$"""
            [{"FeedbackType":"buy","UserId":"ft-4","ItemId":"ft-a","Value":1,"EventId":"{{outcomes[1]!["eventId"]}}"}]
            """);
        repeated.Is("""{"RowAffected":1}""");
        Assert.Equal(1, (double)(await hasty.ReadAsync("/api/feedback/buy/ft-4/ft-a")).Json["Value"]!);
    }

    [Fact]
    public async Task Post_StoreAwayInAStream_SaysTheLastLineDone()
    {
        using var hasty = await server.StartGatewayAsync(options =>
        {
            options.MaxRetries = 0;
            options.ChunkLines = 1;
        });
        server.Faults.FailBefore("ft-6", 1);

        var answer = (await hasty.SendAsync(
            HttpMethod.Post,
            "/api/feedback",
            """
            {"FeedbackType":"buy","UserId":"ft-5","ItemId":"ft-a"}
            {"FeedbackType":"buy","UserId":"ft-6","ItemId":"ft-a"}
            """,
            "application/x-ndjson")).IsProblem(HttpStatusCode.ServiceUnavailable);

        Assert.Equal(1, (int)answer.Json["lastLine"]!);
        Assert.Equal(2, (int)answer.Json["outcomes"]![0]!["line"]!);
    }

    [Fact]
    public async Task Get_StoreAway_Is503WithRetryAfterAndAnswersThen()
    {
        using var hasty = await server.StartGatewayAsync(options => options.MaxRetries = 0);
        server.Faults.FailBefore("ft-7", 1);

        var refused = (await hasty.ReadAsync("/api/recommend/ft-7")).IsProblem(HttpStatusCode.ServiceUnavailable);
        var pause = refused.Headers["Retry-After"];
        Assert.Equal("1", pause);

        await Task.Delay(TimeSpan.FromSeconds(int.Parse(pause, CultureInfo.InvariantCulture)), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, (await hasty.ReadAsync("/api/recommend/ft-7")).Status);
    }
}
