using System.Net;
using RecActors.Hosting;

namespace RecActors.Feedback;

public sealed class ItemFeedbackEndpointsTests(ApiServer server)
{
    private readonly HttpClient _client = server.Client;

    [Fact]
    public async Task Get_AcknowledgedFeedback_IsThereAtOnceAndOfAllUsers()
    {
        await _client.PostAsync("/api/feedback", """
            [{"FeedbackType":"read","UserId":"if-1","ItemId":"if-a","Value":2,"Timestamp":"2026-01-30T08:00:00Z"},
             {"FeedbackType":"like","UserId":"if-2","ItemId":"if-a","Timestamp":"2026-01-30T09:00:00Z"},
             {"FeedbackType":"like","UserId":"if-2","ItemId":"if-b"}]
            """);

        (await _client.ReadAsync("/api/item/if-a/feedback/")).Is("""
            [{"FeedbackType":"read","UserId":"if-1","ItemId":"if-a","Value":2,"Timestamp":"2026-01-30T08:00:00Z","Updated":"2026-01-30T08:00:00Z","Labels":null,"Comment":""},{"FeedbackType":"like","UserId":"if-2","ItemId":"if-a","Value":0,"Timestamp":"2026-01-30T09:00:00Z","Updated":"2026-01-30T09:00:00Z","Labels":null,"Comment":""}]
            """.Trim());
        Assert.Equal("if-1", (string)Assert.Single((await _client.ReadAsync("/api/item/if-a/feedback/read")).Json.AsArray())!["UserId"]!);
        (await _client.ReadAsync("/api/item/if-nobody/feedback")).Is("[]");
    }

    [Fact]
    public async Task Get_MoreUsersThanAPage_HasEveryRowOnce()
    {
        var users = Enumerable.Range(0, 300).Select(number => $"if-many-{number:000}").ToArray();
        await _client.PostAsync("/api/feedback", $"[{string.Join(',', users.Select(user => $$"""{"FeedbackType":"read","UserId":"{{user}}","ItemId":"if-many"}"""))}]");

        var rows = (await _client.ReadAsync("/api/item/if-many/feedback")).Json.AsArray();

        Assert.Equal(users, rows.Select(row => (string)row!["UserId"]!));
    }

    [Fact]
    public async Task Get_RemovedFeedbackAndDeletedUser_AreNotThere()
    {
        await _client.PostAsync("/api/feedback", """
            [{"FeedbackType":"read","UserId":"if-3","ItemId":"if-c"},{"FeedbackType":"read","UserId":"if-4","ItemId":"if-c"}]
            """);
        await _client.SendAsync(HttpMethod.Delete, "/api/feedback/read/if-3/if-c");
        await _client.SendAsync(HttpMethod.Delete, "/api/user/if-4");

        (await _client.ReadAsync("/api/item/if-c/feedback")).Is("[]");
    }

    [Fact]
    public async Task DeleteItem_WithFeedback_TakesTheFeedbackAlong()
    {
        await _client.PostAsync("/api/feedback", """
            [{"FeedbackType":"read","UserId":"if-5","ItemId":"if-d"},{"FeedbackType":"like","UserId":"if-5","ItemId":"if-d"},
             {"FeedbackType":"read","UserId":"if-6","ItemId":"if-d"},{"FeedbackType":"read","UserId":"if-6","ItemId":"if-e"}]
            """);

        (await _client.SendAsync(HttpMethod.Delete, "/api/item/if-d")).Is("""{"RowAffected":1}""");

        (await _client.ReadAsync("/api/item/if-d/feedback")).Is("[]");
        (await _client.ReadAsync("/api/user/if-5/feedback")).Is("[]");
        Assert.Equal("if-e", (string)Assert.Single((await _client.ReadAsync("/api/user/if-6/feedback")).Json.AsArray())!["ItemId"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.ReadAsync("/api/item/if-d")).Status);
    }
}
