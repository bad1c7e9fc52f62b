using System.Net;
using RecActors.Hosting;

namespace RecActors.Feedback;

/// <summary>Bad input: each answer names the entry and the field, and nothing of a refused batch is applied.</summary>
public sealed class FeedbackRefusalTests(ApiServer server)
{
    private const string Good = """{"FeedbackType":"read","UserId":"fr-untouched","ItemId":"fr-a"}""";

    private readonly HttpClient _client = server.Client;

    public static TheoryData<string, string, string> BadEntries => new()
    {
        { """{"FeedbackType":"read","UserId":"","ItemId":"fr-a"}""", "UserId", "is missing or empty" },
        { """{"FeedbackType":"read","UserId":"u"}""", "ItemId", "is missing or empty" },
        { """{"FeedbackType":"read","UserId":" ","ItemId":"fr-a"}""", "UserId", "is blank" },
        { """{"FeedbackType":"read","UserId":"u","ItemId":"\u3000"}""", "ItemId", "is blank" },
        { """{"UserId":"u","ItemId":"fr-a"}""", "FeedbackType", "is missing or empty" },
        { """{"FeedbackType":"read","UserId":"u/v","ItemId":"fr-a"}""", "UserId", "contains a control character or a '/'" },
        { """{"FeedbackType":"read","UserId":"u","ItemId":"a\u0007"}""", "ItemId", "contains a control character or a '/'" },
        { """{"FeedbackType":"read","UserId":"u","ItemId":"a\ud800"}""", "ItemId", "must be a string" },
        { """{"FeedbackType":"read","UserId":7,"ItemId":"fr-a"}""", "UserId", "must be a string" },
        { """{"FeedbackType":"read","UserId":"u","ItemId":"fr-a","Value":"4"}""", "Value", "must be a finite number" },
        { """{"FeedbackType":"read","UserId":"u","ItemId":"fr-a","Value":"NaN"}""", "Value", "must be a finite number" },
        { """{"FeedbackType":"read","UserId":"u","ItemId":"fr-a","Value":1e999}""", "Value", "must be a finite number" },
        { """{"FeedbackType":"read","UserId":"u","ItemId":"fr-a","Timestamp":"9999-12-31T23:59:59Z"}""", "Timestamp", "is too far in the future" },
        { """{"FeedbackType":"read","UserId":"u","ItemId":"fr-a","Timestamp":"2026-02-01T12:00:01Z"}""", "Timestamp", "is too far in the future" },
        { """{"FeedbackType":"read","UserId":"u","ItemId":"fr-a","Timestamp":"1969-12-31T23:59:59Z"}""", "Timestamp", "is before 1970-01-01" },
        { """{"FeedbackType":"read","UserId":"u","ItemId":"fr-a","Timestamp":"soon"}""", "Timestamp", "is not a time" },
        { """{"FeedbackType":"read","UserId":"u","ItemId":"fr-a","Timestamp":17}""", "Timestamp", "must be a string" },
        { """{"FeedbackType":"read","UserId":"u","ItemId":"fr-a","EventId":"a/b"}""", "EventId", "contains a control character or a '/'" },
        { "null", "entry", "must be an object, not null" },
        { "7", "entry", "must be an object" },
        { "[]", "entry", "must be an object" },
    };

    [Theory]
    [MemberData(nameof(BadEntries))]
    public async Task Post_OneBadEntry_NamesIndexAndFieldAndAppliesNothing(string entry, string field, string reason)
    {
        var answer = await _client.PostAsync("/api/feedback", $"[{Good},{Good},{entry}]");

        var fault = answer.IsProblem(HttpStatusCode.BadRequest).Fault;
        Assert.Equal((2, field), ((int)fault["index"]!, (string)fault["field"]!));
        Assert.StartsWith(reason, (string)fault["reason"]!, StringComparison.Ordinal);
        (await _client.ReadAsync("/api/user/fr-untouched/feedback")).Is("[]");
    }

    [Fact]
    public async Task Post_SeveralFaults_NamesThemAll()
    {
        var answer = await _client.PostAsync("/api/feedback", $$"""[{"UserId":"u","ItemId":"i"},{{Good}},{"FeedbackType":"read","ItemId":"i","Timestamp":"?"}]""");

        var faults = answer.IsProblem(HttpStatusCode.BadRequest).Json["errors"]!.AsArray();
        Assert.Equal(
            [(0, "FeedbackType"), (2, "UserId"), (2, "Timestamp")],
            faults.Select(fault => ((int)fault!["index"]!, (string)fault["field"]!)));
    }

    [Theory]
    [InlineData("""[{"FeedbackType":"read",}]""", 1, 25)]
    [InlineData("[\n{\"Value\":NaN}]", 2, 10)]
    [InlineData("[\n{\"Value\":Infinity}]", 2, 10)]
    [InlineData("[{\"FeedbackType\":\"re", 1, 21)]
    [InlineData("not json", 1, 2)]
    public async Task Post_MalformedJson_NamesLineAndByte(string json, int line, int position)
    {
        var answer = await _client.PostAsync("/api/feedback", json);

        var fault = answer.IsProblem(HttpStatusCode.BadRequest).Fault;
        Assert.Equal(("body", "is malformed JSON"), ((string)fault["field"]!, (string)fault["reason"]!));
        Assert.Equal((line, position), ((int)fault["line"]!, (int)fault["position"]!));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("null", "must be an array, not null")]
    [InlineData("{}", "must be an array")]
    [InlineData("3", "must be an array")]
    public async Task Post_NotAnArray_SaysSo(string json, string reason)
    {
        var fault = (await _client.PostAsync("/api/feedback", json)).IsProblem(HttpStatusCode.BadRequest).Fault;

        Assert.Equal(("body", reason), ((string)fault["field"]!, (string)fault["reason"]!));
    }

    [Fact]
    public async Task Post_DeepNesting_IsRefused()
    {
        var fault = (await _client.PostAsync("/api/feedback", new string('[', 5000))).IsProblem(HttpStatusCode.BadRequest).Fault;

        Assert.Equal("is nested deeper than 16 levels", (string)fault["reason"]!);
    }

    [Fact]
    public async Task Post_TenMegabyteId_NamesIndexAndField()
    {
        var answer = await _client.PostAsync(
            "/api/feedback", $$"""[{{Good}},{"FeedbackType":"read","UserId":"{{new string('x', 10_000_000)}}","ItemId":"i"}]""");

        var fault = answer.IsProblem(HttpStatusCode.BadRequest).Fault;
        Assert.Equal((1, "UserId", "is longer than 512 bytes"), ((int)fault["index"]!, (string)fault["field"]!, (string)fault["reason"]!));
    }

    [Fact]
    public async Task Post_IdOf512Bytes_IsTheLongestAccepted()
    {
        var longest = new string('é', 256);
        (await _client.PostAsync("/api/feedback", $$"""[{"FeedbackType":"read","UserId":"{{longest}}","ItemId":"fr-a"}]""")).Is("""{"RowAffected":1}""");
        (await _client.PostAsync("/api/feedback", $$"""[{"FeedbackType":"read","UserId":"{{longest}}x","ItemId":"fr-a"}]"""))
            .IsProblem(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Post_HundredMegabyteBody_Is413AndTheServerStaysUp()
    {
        using var content = new ByteArrayContent(new byte[100_000_000]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/feedback") { Content = content };
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        var fault = (await Answer.ReadAsync(response)).IsProblem(HttpStatusCode.RequestEntityTooLarge).Fault;
        Assert.Equal("body", (string)fault["field"]!);
        Assert.Equal(HttpStatusCode.OK, (await _client.ReadAsync("/api/health/live")).Status);
    }

    [Fact]
    public async Task Post_HundredMegabyteChunkedBody_Is413()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/feedback") { Content = new ByteArrayContent(new byte[100_000_000]) };
        request.Headers.TransferEncodingChunked = true;
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        (await Answer.ReadAsync(response)).IsProblem(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Post_MoreEntriesThanABatch_Is413NamingTheFirstTooMany()
    {
        var fault = (await _client.PostAsync("/api/feedback", $"[{string.Join(',', Enumerable.Repeat("{}", 10_001))}]"))
            .IsProblem(HttpStatusCode.RequestEntityTooLarge).Fault;

        Assert.Equal(10_000, (int)fault["index"]!);
    }

    [Fact]
    public async Task Post_AutoInsertOff_Is404NamingUnknownIds()
    {
        using var strict = await server.StartGatewayAsync(options => options.AutoInsert = false);
        await _client.PostAsync("/api/item", """{"ItemId":"fr-known"}""");
        await _client.PostAsync("/api/user", """{"UserId":"fr-known"}""");

        var refused = await strict.PostAsync("/api/feedback", """
            [{"FeedbackType":"read","UserId":"fr-known","ItemId":"fr-known"},
             {"FeedbackType":"read","UserId":"fr-known","ItemId":"fr-unknown"},
             {"FeedbackType":"read","UserId":"fr-unknown","ItemId":"fr-known"}]
            """);
        Assert.Equal(
            [(1, "ItemId"), (2, "UserId")],
            refused.IsProblem(HttpStatusCode.NotFound).Json["errors"]!.AsArray().Select(fault => ((int)fault!["index"]!, (string)fault["field"]!)));
        (await _client.ReadAsync("/api/user/fr-known/feedback")).Is("[]");

        (await strict.PostAsync("/api/feedback", """[{"FeedbackType":"read","UserId":"fr-known","ItemId":"fr-known"}]""")).Is("""{"RowAffected":1}""");
    }
}
