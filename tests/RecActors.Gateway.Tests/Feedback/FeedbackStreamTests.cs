using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using RecActors.Hosting;

namespace RecActors.Feedback;

public sealed class FeedbackStreamTests(ApiServer server)
{
    private const string Ndjson = "application/x-ndjson";

    [Fact]
    public async Task Post_Ndjson_CommitsEveryLine()
    {
        var lines = string.Join('\n', Enumerable.Range(0, 2500).Select(n => Line($"fs-1-{n % 7}", $"fs-{n}")));

        (await server.Client.SendAsync(HttpMethod.Post, "/api/feedback", lines + "\n\n", Ndjson))
            .Is("""{"RowAffected":2500,"LastLine":2500}""");
        Assert.Equal(358, (await server.Client.ReadAsync("/api/user/fs-1-0/feedback")).Json.AsArray().Count);
    }

    [Fact]
    public async Task Post_NdjsonWithBlankLinesAndCrLf_CountsLinesAsTheFileHasThem()
    {
        var body = $"{Line("fs-2", "fs-a")}\r\n\r\n  \r\n{Line("fs-2", "fs-b")}";

        (await server.Client.SendAsync(HttpMethod.Post, "/api/feedback", body, Ndjson)).Is("""{"RowAffected":2,"LastLine":4}""");
    }

    [Theory]
    [InlineData("""{"FeedbackType":"read","UserId":"fs-3"}""", "ItemId", "is missing or empty")]
    [InlineData("""{"FeedbackType":"read","UserId":3,"ItemId":"fs-a"}""", "UserId", "must be a string")]
    [InlineData("""{"FeedbackType":"read","UserId":"fs-3","ItemId":"fs-a","Value":NaN}""", "line", "is malformed JSON")]
    [InlineData("""{"FeedbackType":"read","Use""", "line", "is malformed JSON")]
    [InlineData("""[]""", "body", "must be an object")]
    public async Task Post_BadLine_NamesItAndTheLastLineDone(string bad, string field, string reason)
    {
        using var client = await server.StartGatewayAsync(options => options.ChunkLines = 10);
        var user = $"fs-bad-{Guid.NewGuid():N}";
        var lines = string.Join('\n', Enumerable.Range(0, 25).Select(n => Line(user, $"fs-{n}")).Append(bad));

        var answer = (await client.SendAsync(HttpMethod.Post, "/api/feedback", lines, Ndjson)).IsProblem(HttpStatusCode.BadRequest);

        Assert.Equal((26, field, reason), ((int)answer.Fault["line"]!, (string)answer.Fault["field"]!, (string)answer.Fault["reason"]!));
        Assert.Equal(20, (int)answer.Json["lastLine"]!);
        Assert.Equal(20, (await client.ReadAsync($"/api/user/{user}/feedback")).Json.AsArray().Count);
    }

    [Fact]
    public async Task Post_LongLine_Is413NamingIt()
    {
        var body = $"{Line("fs-4", "fs-a")}\n{Line("fs-4", new string('x', 2_000_000))}";

        var answer = (await server.Client.SendAsync(HttpMethod.Post, "/api/feedback", body, Ndjson)).IsProblem(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(2, (int)answer.Fault["line"]!);
    }

    [Fact]
    public async Task Post_ConnectionCutMidLine_KeepsWholeChunksAndServes()
    {
        using var client = await server.StartGatewayAsync(options => options.ChunkLines = 10);
        var lines = string.Join('\n', Enumerable.Range(0, 15).Select(n => Line("fs-5", $"fs-{n}"))) + "\n{\"Feed";
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port, TestContext.Current.CancellationToken);
            var head = string.Create(
                CultureInfo.InvariantCulture,
                $"POST /api/feedback HTTP/1.1\r\nHost: localhost\r\nContent-Type: {Ndjson}\r\nContent-Length: {lines.Length + 1000}\r\n\r\n");
            await using var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.UTF8.GetBytes(head + lines), TestContext.Current.CancellationToken);
            socket.Client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream);
            var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.Equal("", answer);
        }

        var kept = (await client.ReadAsync("/api/user/fs-5/feedback")).Json.AsArray().Count;
        Assert.True(kept is 0 or 10, $"{kept} lines of a cut stream were applied; the chunks have 10.");
    }

    [Fact]
    public async Task Post_UnknownItemsWithAutoInsertOff_Is404NamingTheLine()
    {
        using var strict = await server.StartGatewayAsync(options => options.AutoInsert = false);

        var answer = (await strict.SendAsync(HttpMethod.Post, "/api/feedback", Line("fs-6", "fs-nowhere"), Ndjson)).IsProblem(HttpStatusCode.NotFound);
        Assert.Equal(1, (int)answer.Fault["line"]!);
        Assert.Equal(0, (int)answer.Json["lastLine"]!);
    }

    private static string Line(string user, string item) => $$"""{"FeedbackType":"read","UserId":"{{user}}","ItemId":"{{item}}"}""";
}
