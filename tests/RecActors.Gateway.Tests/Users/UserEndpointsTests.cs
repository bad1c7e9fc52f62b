using System.Net;
using RecActors.Hosting;

namespace RecActors.Users;

public sealed class UserEndpointsTests(ApiServer server)
{
    private readonly HttpClient _client = server.Client;

    [Fact]
    public async Task Post_User_IsReadBackAsWritten()
    {
        (await _client.PostAsync("/api/user", """{"UserId":"ue-1","Labels":{"age":33,"likes":["jazz","rain"]},"Comment":"Amélie"}""")).Is("""{"RowAffected":1}""");

        (await _client.ReadAsync("/api/user/ue-1")).Is("""{"UserId":"ue-1","Labels":{"age":33,"likes":["jazz","rain"]},"Comment":"Amélie"}""");
    }

    [Fact]
    public async Task Get_UnknownUser_Is404() =>
        (await _client.ReadAsync("/api/user/ue-nobody")).IsProblem(HttpStatusCode.NotFound);

    [Fact]
    public async Task Patch_User_ChangesTheGivenPartsOnly()
    {
        await _client.PostAsync("/api/user", """{"UserId":"ue-2","Labels":["a"],"Comment":"before"}""");

        (await _client.SendAsync(HttpMethod.Patch, "/api/user/ue-2", """{"Comment":"after"}""")).Is("""{"RowAffected":1}""");
        (await _client.ReadAsync("/api/user/ue-2")).Is("""{"UserId":"ue-2","Labels":["a"],"Comment":"after"}""");
        (await _client.SendAsync(HttpMethod.Patch, "/api/user/ue-nobody", "{}")).IsProblem(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Delete_User_TakesItsFeedbackAlong()
    {
        await _client.PostAsync("/api/feedback", """[{"FeedbackType":"read","UserId":"ue-3","ItemId":"ue-a"}]""");

        (await _client.SendAsync(HttpMethod.Delete, "/api/user/ue-3")).Is("""{"RowAffected":1}""");
        (await _client.SendAsync(HttpMethod.Delete, "/api/user/ue-3")).Is("""{"RowAffected":0}""");
        (await _client.ReadAsync("/api/user/ue-3")).IsProblem(HttpStatusCode.NotFound);
        (await _client.ReadAsync("/api/user/ue-3/feedback")).Is("[]");
    }

    [Fact]
    public async Task Delete_User_RefusesWhatArrivesLateUntilTheUserIsAdmittedAgain()
    {
        const string Late = """[{"FeedbackType":"read","UserId":"ue-4","ItemId":"ue-a"},{"FeedbackType":"read","UserId":"ue-5","ItemId":"ue-a"}]""";
        await _client.PostAsync("/api/feedback", Late);
        await _client.SendAsync(HttpMethod.Delete, "/api/user/ue-4");

        (await _client.PostAsync("/api/feedback", Late)).Is("""{"RowAffected":1,"Erased":1}""");
        (await _client.PostAsync("/api/user", """{"UserId":"ue-4"}""")).Is("""{"RowAffected":0,"Erased":1}""");
        (await _client.PostAsync("/api/users", """[{"UserId":"ue-4"},{"UserId":"ue-5"}]""")).Is("""{"RowAffected":1,"Erased":1}""");
        (await _client.SendAsync(HttpMethod.Patch, "/api/user/ue-4", """{"Comment":"x"}""")).IsProblem(HttpStatusCode.NotFound);
        (await _client.PostAsync("/api/user/ue-4/merge", """{"From":"ue-5"}""")).IsProblem(HttpStatusCode.Conflict);
        (await _client.ReadAsync("/api/user/ue-4")).IsProblem(HttpStatusCode.NotFound);
        Assert.Single((await _client.ReadAsync("/api/user/ue-5/feedback")).Json.AsArray());

        (await _client.SendAsync(HttpMethod.Delete, "/api/erasures/ue-4")).Is("""{"RowAffected":1}""");
        (await _client.SendAsync(HttpMethod.Delete, "/api/erasures/ue-4")).Is("""{"RowAffected":0}""");
        (await _client.PostAsync("/api/feedback", Late)).Is("""{"RowAffected":2}""");
    }

    [Fact]
    public async Task GetAll_ByCursor_VisitsEveryUserOnce()
    {
        (await _client.PostAsync("/api/users", """[{"UserId":"ue-page-1"},{"UserId":"ue-page-2"},{"UserId":"ue-page-3"}]""")).Is("""{"RowAffected":3}""");

        var seen = new List<string>();
        var cursor = "";
        do
        {
            var page = (await _client.ReadAsync($"/api/users?n=2&cursor={cursor}")).Json;
            seen.AddRange(page["Users"]!.AsArray().Select(user => (string)user!["UserId"]!));
            cursor = (string)page["Cursor"]!;
        }
        while (cursor.Length > 0);
        Assert.Equal(["ue-page-1", "ue-page-2", "ue-page-3"], seen.Where(id => id.StartsWith("ue-page", StringComparison.Ordinal)));
        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Theory]
    [InlineData("""{"Labels":["a"]}""", "UserId")]
    [InlineData("""{"UserId":"u","Labels":["price",100]}""", "Labels")]
    [InlineData("""{"UserId":"u","Labels":true}""", "Labels")]
    [InlineData("""{"UserId":"u","Labels":{"a":[{"b":1}]}}""", "Labels")]
    [InlineData("""{"UserId":"u","Comment":[]}""", "Comment")]
    public async Task Post_BadUser_NamesTheFieldAndInAnArrayTheIndex(string user, string field)
    {
        Assert.Equal(field, (string)(await _client.PostAsync("/api/user", user)).IsProblem(HttpStatusCode.BadRequest).Fault["field"]!);

        var fault = (await _client.PostAsync("/api/users", $$"""[{"UserId":"ue-6"},{{user}}]""")).IsProblem(HttpStatusCode.BadRequest).Fault;
        Assert.Equal((1, field), ((int)fault["index"]!, (string)fault["field"]!));
        (await _client.ReadAsync("/api/user/ue-6")).IsProblem(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("n=0")]
    [InlineData("n=1001")]
    [InlineData("n=many")]
    [InlineData("cursor=!!!")]
    public async Task GetAll_BadParameter_NamesIt(string query)
    {
        var fault = (await _client.ReadAsync($"/api/users?{query}")).IsProblem(HttpStatusCode.BadRequest).Fault;

        Assert.Equal(query.Split('=')[0], (string)fault["field"]!);
    }
}
