using System.Net;
using RecActors.Hosting;

namespace RecActors.Security;

/// <summary>Without any key this machine is answered, but not what other sites make its browser send.</summary>
public sealed class OpenAccessTests(ApiServer server)
{
    private const string User = """{"UserId":"from-a-page"}""";

    [Fact]
    public async Task Request_WithAKeyThatNobodyAskedFor_IsAnswered() =>
        Assert.Equal(HttpStatusCode.OK, (await server.Client.ReadAsync("/api/users", ("X-API-Key", "whatever"))).Status);

    [Fact]
    public async Task Request_ToANameThatIsMadeToStandForThisMachine_Is403() =>
        (await server.Client.ReadAsync("/api/users", ("Host", "rebound.example"))).IsProblem(HttpStatusCode.Forbidden);

    [Fact]
    public async Task Change_FromAnotherSitesPage_Is403()
    {
        (await server.Client.SendAsync(HttpMethod.Post, "/api/user", User, headers: ("Origin", "https://evil.example"))).IsProblem(HttpStatusCode.Forbidden);
        (await server.Client.SendAsync(HttpMethod.Post, "/api/user", User, headers: ("Origin", "null"))).IsProblem(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Change_FromTheServersOwnPage_IsDone() =>
        (await server.Client.SendAsync(HttpMethod.Post, "/api/user", User, headers: ("Origin", server.Client.BaseAddress!.GetLeftPart(UriPartial.Authority))))
            .Is("""{"RowAffected":1}""");

    [Fact]
    public async Task FirstKey_WithoutAdmin_Is409() =>
        (await server.Client.PostAsync("/api/keys", """{"Name":"site","Scopes":["read"]}""")).IsProblem(HttpStatusCode.Conflict);

    [Theory]
    [InlineData("http://127.0.0.1:8088", true)]
    [InlineData("http://localhost:0", true)]
    [InlineData("https://[::1]:8443", true)]
    [InlineData("http://unix:/run/recactors.sock", true)]
    [InlineData("http://0.0.0.0:8088", false)]
    [InlineData("http://*:8088", false)]
    [InlineData("http://+:8088", false)]
    [InlineData("http://[::]:8088", false)]
    [InlineData("http://10.0.0.1:8088", false)]
    [InlineData("http://shop.example:8088", false)]
    public void ListenAddress_Url_IsOfThisMachineAloneOrNot(string url, bool isLoopback) => Assert.Equal(isLoopback, ListenAddresses.IsLoopback(url));
}
