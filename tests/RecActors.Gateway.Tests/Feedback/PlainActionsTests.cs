using System.Net;
using RecActors.Hosting;
using RecActors.Security;

namespace RecActors.Feedback;

/// <summary>Small arrays go a shorter way, which says the same as the long one and lets in nobody else.</summary>
public sealed class PlainActionsTests(ApiServer server, SecuredCluster secured)
{
    public static TheoryData<string> Bodies => new()
    {
        """[{"FeedbackType":"read","UserId":"USER","ItemId":"pa-a"}]""",
        """[{"FeedbackType":"read","UserId":"USER","ItemId":"pa-a","EventId":"same"},{"FeedbackType":"read","UserId":"USER","ItemId":"pa-b","EventId":"same"}]""",
        """[{"feedbacktype":"read","userid":"USER","itemid":"pa-a","Labels":{"a":"b"}}]""",
        """[{"FeedbackType":"read","UserId":"USER","ItemId":"pa-a"},{"FeedbackType":"read","UserId":"USER-2","ItemId":"pa-a"}]""",
        """[{"FeedbackType":"read","UserId":"USER"}]""",
        """[{"FeedbackType":"read","UserId":"U/V","ItemId":"pa-a","Value":"x"}]""",
        """[{"FeedbackType":"read","UserId":"USER","ItemId":"pa-a","Timestamp":"soon"}]""",
        """{"FeedbackType":"read","UserId":"USER","ItemId":"pa-a"}""",
        "[]",
        "[",
        "",
        "null",
        "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Post_SmallArray_IsAnsweredAsTheLongWay(string body)
    {
        var id = $"pa-{Guid.NewGuid():N}";

        var plain = await server.Client.PostAsync("/api/feedback", body.Replace("USER", $"{id}-p", StringComparison.Ordinal));
        var other = await server.Client.PostAsync("/api/feedback?versions=false", body.Replace("USER", $"{id}-o", StringComparison.Ordinal));

        Assert.Equal((other.Status, other.Type, other.Body), (plain.Status, plain.Type, plain.Body));
        Assert.Equal(Told(other), Told(plain));
        Assert.Equal(Items(await RowsAsync($"{id}-o")), Items(await RowsAsync($"{id}-p")));

        static IEnumerable<(string, string)> Told(Answer answer) =>
            answer.Headers.Where(header => header.Key is "X-User-Version" or "Content-Type" or "Retry-After").Select(header => (header.Key, header.Value)).Order();

        static IEnumerable<string> Items(Answer rows) => rows.Json.AsArray().Select(row => $"{row!["FeedbackType"]} {row["ItemId"]} {row["Value"]}");

        Task<Answer> RowsAsync(string user) => server.Client.ReadAsync($"/api/user/{user}/feedback");
    }

    [Fact]
    public async Task Post_BodyInPieces_IsReadToItsEnd()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/feedback");
        var body = """[{"FeedbackType":"read","UserId":"pa-pieces","ItemId":"pa-a"},{"FeedbackType":"read","UserId":"pa-pieces","ItemId":"pa-b"}]"""u8.ToArray();
        request.Content = new InPieces(body);
        request.Content.Headers.ContentType = new("application/json");

        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        (await Answer.ReadAsync(response)).Is("""{"RowAffected":2}""");
        Assert.Equal(2, (await server.Client.ReadAsync("/api/user/pa-pieces/feedback")).Json.AsArray().Count);
    }

    [Fact]
    public async Task Put_SmallArray_OverwritesAsBefore()
    {
        const string Body = """[{"FeedbackType":"buy","UserId":"pa-put","ItemId":"pa-a","Value":3}]""";
        await server.Client.PostAsync("/api/feedback", Body);
        (await server.Client.SendAsync(HttpMethod.Put, "/api/feedback", Body)).Is("""{"RowAffected":1}""");
        Assert.Equal(3, (double)(await server.Client.ReadAsync("/api/feedback/buy/pa-put/pa-a")).Json["Value"]!);

        await server.Client.PostAsync("/api/feedback", Body);
        Assert.Equal(6, (double)(await server.Client.ReadAsync("/api/feedback/buy/pa-put/pa-a")).Json["Value"]!);
    }

    [Fact]
    public async Task Post_WhereThereAreKeys_IsForThoseWithTheScope()
    {
        var (_, reads) = await secured.AddKeyAsync("""{"Name":"pa-reads","Scopes":["read"]}""");
        var (_, writes) = await secured.AddKeyAsync("""{"Name":"pa-writes","Scopes":["write"]}""");

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(null));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(reads));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(writes));

        async Task<HttpStatusCode> StatusAsync(string? key)
        {
            using var client = SecuredCluster.Client(secured.First, key);
            return (await client.PostAsync("/api/feedback", """[{"FeedbackType":"read","UserId":"pa-keys","ItemId":"pa-a"}]""")).Status;
        }
    }

    [Fact]
    public async Task Post_FromAnotherSitesPage_IsRefused() => Assert.Equal(
        HttpStatusCode.Forbidden,
        (await server.Client.SendAsync(
            HttpMethod.Post,
            "/api/feedback",
            """[{"FeedbackType":"read","UserId":"pa-foreign","ItemId":"pa-a"}]""",
            headers: ("Origin", "http://elsewhere.example"))).Status);

    /// <summary>Arrives byte by byte, under its whole length.</summary>
    private sealed class InPieces(byte[] body) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var piece in body.Chunk(40))
            {
                await stream.WriteAsync(piece);
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }
}
