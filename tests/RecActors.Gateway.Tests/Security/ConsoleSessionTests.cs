using System.Net;
using RecActors.Hosting;

namespace RecActors.Security;

/// <summary>The console's login by cookie.</summary>
public sealed class ConsoleSessionTests(SecuredCluster cluster)
{
    [Fact]
    public async Task LogIn_WithAKey_SetsACookieThatScriptsAndOtherSitesDoNotGet()
    {
        var (answer, _) = await LogInAsync(cluster.First, cluster.Admin);

        var cookie = answer.Headers["Set-Cookie"];
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(cluster.Admin, cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LogIn_WithAWrongKey_Is401()
    {
        var (answer, _) = await LogInAsync(cluster.First, "wrong");

        answer.IsProblem(HttpStatusCode.Unauthorized);
        Assert.DoesNotContain("Set-Cookie", answer.Headers.Keys);
    }

    [Fact]
    public async Task LogIn_FromAnotherSitesPage_Is403()
    {
        using var client = SecuredCluster.Client(cluster.First, null);

        (await client.SendAsync(HttpMethod.Post, "/api/console/session", $$"""{"Key":"{{cluster.Admin}}"}""", headers: ("Origin", "https://evil.example")))
            .IsProblem(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Session_AtEveryGateway_ReadsAndWithItsTokenWrites()
    {
        var (_, cookie) = await LogInAsync(cluster.First, cluster.Admin);
        using var client = SecuredCluster.Client(cluster.Second, null);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/models", cookie)).Status);

        var session = (await client.ReadAsync("/api/console/session", cookie)).Json;
        Assert.Equal(("admin", true), ((string)session["Scopes"]![0]!, (bool)session["SignedIn"]!));
        const string User = """{"UserId":"from-the-console"}""";
        (await client.SendAsync(HttpMethod.Post, "/api/user", User, headers: [cookie])).IsProblem(HttpStatusCode.Forbidden);
        (await client.SendAsync(HttpMethod.Post, "/api/user", User, headers: [cookie, ("X-CSRF-Token", "forged")])).IsProblem(HttpStatusCode.Forbidden);
        (await client.SendAsync(HttpMethod.Post, "/api/user", User, headers: [cookie, ("X-CSRF-Token", (string)session["Token"]!)])).Is("""{"RowAffected":1}""");
    }

    [Fact]
    public async Task Session_OfAKeyThatIsRevoked_Ends()
    {
        var (id, key) = await cluster.AddKeyAsync("""{"Name":"operator","Scopes":["admin"]}""");
        var (_, cookie) = await LogInAsync(cluster.First, key);
        using var client = SecuredCluster.Client(cluster.First, null);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/models", cookie)).Status);

        using var admin = SecuredCluster.Client(cluster.First, cluster.Admin);
        await admin.SendAsync(HttpMethod.Delete, "/api/keys/" + id);

        (await client.ReadAsync("/api/models", cookie)).IsProblem(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Session_AfterTheSecretWasRenewed_HasToLogInAgainWhileWhatWasShownIsStillAttributed()
    {
        using var admin = SecuredCluster.Client(cluster.First, cluster.Admin);
        await admin.PostAsync("/api/item", """{"ItemId":"renewed","Categories":["renewed"]}""");
        var shown = (await admin.ReadAsync("/api/recommend/renewed/renewed")).Headers["X-Recommendation-Id"];
        var (_, cookie) = await LogInAsync(cluster.First, cluster.Admin);
        using var client = SecuredCluster.Client(cluster.First, null);

        (await admin.SendAsync(HttpMethod.Post, "/api/keys/console-secret")).Is("""{"RowAffected":1}""");

        (await client.ReadAsync("/api/models", cookie)).IsProblem(HttpStatusCode.Unauthorized);
        var (_, renewed) = await LogInAsync(cluster.First, cluster.Admin);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/models", renewed)).Status);
        await admin.PostAsync("/api/feedback", $$"""[{"FeedbackType":"buy","UserId":"renewed","ItemId":"renewed","RecommendationId":"{{shown}}"}]""");
        await Eventually.HoldsAsync(async () => (await admin.ReadAsync("/api/models/online")).Json.AsArray().Sum(list => (int)list!["Conversions"]!) > 0);
    }

    [Fact]
    public async Task Session_WithAForgedCookie_IsNone()
    {
        using var client = SecuredCluster.Client(cluster.First, null);

        (await client.ReadAsync("/api/models", ("Cookie", "recactors-console=AAAA"))).IsProblem(HttpStatusCode.Unauthorized);
    }

    private static async Task<(Answer Answer, (string, string) Cookie)> LogInAsync(Uri gateway, string key)
    {
        using var handler = new HttpClientHandler { UseCookies = false };
        using var client = new HttpClient(handler) { BaseAddress = gateway };
        var answer = await client.PostAsync("/api/console/session", $$"""{"Key":"{{key}}"}""");
        return (answer, ("Cookie", answer.Headers.GetValueOrDefault("Set-Cookie", "").Split(';')[0]));
    }
}
