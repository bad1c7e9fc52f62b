using System.Net;
using RecActors.Hosting;

namespace RecActors.Users;

public sealed class UserNeighborEndpointsTests(ApiServer server)
{
    private readonly HttpClient _client = server.Client;

    [Fact]
    public async Task Get_UsersWithCommonItems_AreOrderedByTheCosineOfTheirItems()
    {
        await PostAsync("un", ("ann", "abcd"), ("twin", "abcd"), ("half", "abxy"), ("other", "wxyz"));

        var neighbors = await _client.ReadAsync("/api/user/un-ann/neighbors/");

        neighbors.Is("""[{"Id":"un-twin","Score":1},{"Id":"un-half","Score":0.5}]""");
        Assert.Equal(neighbors.Body, (await _client.ReadAsync("/api/user-to-user/neighbors/un-ann")).Body);
        (await _client.ReadAsync("/api/user/un-ann/neighbors?n=1&offset=1")).Is("""[{"Id":"un-half","Score":0.5}]""");
        (await _client.ReadAsync("/api/user/un-ann/neighbors", ("X-API-Version", "1"))).Is("""["un-twin","un-half"]""");
    }

    [Fact]
    public async Task Get_UserWhoLikesNothing_HasNone() => (await _client.ReadAsync("/api/user/un-nobody/neighbors")).Is("[]");

    [Theory]
    [InlineData("/api/user-to-user/others/un-ann")]
    [InlineData("/api/item-to-item/others/un-a")]
    [InlineData("/api/non-personalized/others")]
    public async Task Get_UnknownList_Is404AndSaysWhichThereAre(string path)
    {
        var answer = (await _client.ReadAsync(path)).IsProblem(HttpStatusCode.NotFound);

        Assert.Contains("there is:", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_ListsByName_AreTheNamelessOnes()
    {
        await PostAsync("ul", ("ann", "ab"), ("bob", "ab"));

        Assert.Equal((await _client.ReadAsync("/api/item/ul-a/neighbors")).Body, (await _client.ReadAsync("/api/item-to-item/neighbors/ul-a")).Body);
        Assert.Equal((await _client.ReadAsync("/api/latest?n=3")).Body, (await _client.ReadAsync("/api/non-personalized/latest?n=3")).Body);
        Assert.NotEmpty((await _client.ReadAsync("/api/non-personalized/popular")).Json.AsArray());
    }

    private async Task PostAsync(string name, params (string User, string Items)[] users) =>
        await _client.PostAsync("/api/feedback", $"[{string.Join(',', users.SelectMany(user => user.Items.Select(item =>
            $$"""{"FeedbackType":"like","UserId":"{{name}}-{{user.User}}","ItemId":"{{name}}-{{item}}"}""")))}]");
}
