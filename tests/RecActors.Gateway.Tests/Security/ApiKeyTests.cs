using System.Net;
using RecActors.Hosting;

namespace RecActors.Security;

/// <summary>Who is let in with which key, and what is said to those who are not.</summary>
public sealed class ApiKeyTests(SecuredCluster cluster)
{
    private const string Action = """[{"FeedbackType":"read","UserId":"ann","ItemId":"1"}]""";

    [Fact]
    public async Task Request_WithoutAKey_Is401ThatNamesTheHeader()
    {
        using var client = SecuredCluster.Client(cluster.First, null);

        var answer = (await client.ReadAsync("/api/users")).IsProblem(HttpStatusCode.Unauthorized);

        Assert.Contains("X-API-Key", (string)answer.Json["detail"]!, StringComparison.Ordinal);
        Assert.Contains("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("recactors_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Request_WithAWrongKey_Is401AndChangesNothing(string key)
    {
        using var client = SecuredCluster.Client(cluster.First, key);
        using var admin = SecuredCluster.Client(cluster.First, cluster.Admin);

        (await client.PostAsync("/api/user", """{"UserId":"intruder"}""")).IsProblem(HttpStatusCode.Unauthorized);

        (await admin.ReadAsync("/api/user/intruder")).IsProblem(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Health_WithoutAKey_IsAnswered()
    {
        using var client = SecuredCluster.Client(cluster.First, null);

        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/health/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/health/live")).Status);
    }

    [Theory]
    [InlineData("read", "GET /api/users,POST /api/session/recommend")]
    [InlineData("write", "POST /api/feedback")]
    [InlineData("metrics", "")]
    [InlineData("admin", "GET /api/users,POST /api/session/recommend,POST /api/feedback,GET /api/models,GET /api/refit,GET /api/keys")]
    public async Task Request_WithAScope_MayDoThatAndNothingElse(string scope, string allowed)
    {
        var (_, key) = await cluster.AddKeyAsync($$"""{"Name":"{{scope}}","Scopes":["{{scope}}"]}""");
        using var client = SecuredCluster.Client(cluster.First, key);

        foreach (var call in new[] { "GET /api/users", "POST /api/session/recommend", "POST /api/feedback", "GET /api/models", "GET /api/refit", "GET /api/keys" })
        {
            var (method, path) = (call.Split(' ')[0], call.Split(' ')[1]);
            var answer = await client.SendAsync(new HttpMethod(method), path, method == "GET" ? null : Action);
            if (allowed.Split(',').Contains(call))
            {
                Assert.True(answer.Status == HttpStatusCode.OK, $"{call}: {answer.Body}");
            }
            else
            {
                Assert.Contains("scope", (string)answer.IsProblem(HttpStatusCode.Forbidden).Json["detail"]!, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Recommend_WithWriteBack_TakesTheScopeWriteToo()
    {
        const string Path = "/api/recommend/bob?write-back-type=read";
        var (_, reader) = await cluster.AddKeyAsync("""{"Name":"reader","Scopes":["read"]}""");
        var (_, both) = await cluster.AddKeyAsync("""{"Name":"both","Scopes":["read","write"]}""");
        using var client = SecuredCluster.Client(cluster.First, reader);
        using var writer = SecuredCluster.Client(cluster.First, both);

        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/recommend/bob")).Status);
        Assert.Contains("write", (string)(await client.ReadAsync(Path)).IsProblem(HttpStatusCode.Forbidden).Json["detail"]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await writer.ReadAsync(Path)).Status);
    }

    [Fact]
    public async Task Request_WithTheKeyAsBearer_IsLetIn()
    {
        using var client = SecuredCluster.Client(cluster.First, null);

        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/models", ("Authorization", "Bearer " + cluster.Admin))).Status);
    }

    [Fact]
    public async Task Rotation_AtOneGateway_IsFollowedByTheOtherWithoutARestart()
    {
        var (oldId, oldKey) = await cluster.AddKeyAsync("""{"Name":"site","Scopes":["read"]}""");
        using var old = SecuredCluster.Client(cluster.Second, oldKey);
        await UntilAsync(HttpStatusCode.OK, old);
        var (_, newKey) = await cluster.AddKeyAsync("""{"Name":"site","Scopes":["read"]}""");
        using var renewed = SecuredCluster.Client(cluster.Second, newKey);
        await UntilAsync(HttpStatusCode.OK, renewed);
        Assert.Equal(HttpStatusCode.OK, (await old.ReadAsync("/api/users")).Status);

        using var admin = SecuredCluster.Client(cluster.First, cluster.Admin);
        (await admin.SendAsync(HttpMethod.Delete, "/api/keys/" + oldId)).Is("""{"RowAffected":1}""");

        await UntilAsync(HttpStatusCode.Unauthorized, old);
        Assert.Equal(HttpStatusCode.OK, (await renewed.ReadAsync("/api/users")).Status);
    }

    [Fact]
    public async Task Request_WithAnExpiredKey_Is401()
    {
        var (_, key) = await cluster.AddKeyAsync($$"""{"Name":"guest","Scopes":["read"],"ExpiresAt":"{{FixedClock.Now.AddSeconds(-1):O}}"}""");
        using var client = SecuredCluster.Client(cluster.First, key);

        (await client.ReadAsync("/api/users")).IsProblem(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Requests_AboveTheKeysQuota_Are429WithRetryAfter()
    {
        var (_, key) = await cluster.AddKeyAsync("""{"Name":"trial","Scopes":["read"],"RequestsPerDay":2}""");
        using var client = SecuredCluster.Client(cluster.First, key);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/users")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/users")).Status);

        var answer = (await client.ReadAsync("/api/users")).IsProblem(HttpStatusCode.TooManyRequests);

        Assert.InRange(int.Parse(answer.Headers["Retry-After"]), 1, 86_400);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/health/live")).Status);
    }

    [Theory]
    [InlineData("/API/users")]
    [InlineData("/Api/Recommend/ann")]
    [InlineData("/api/recommend/ann?n=1")]
    public async Task Requests_AboveTheKeysQuota_Are429HoweverThePathIsWritten(string path)
    {
        var (_, key) = await cluster.AddKeyAsync("""{"Name":"trial","Scopes":["read"],"RequestsPerDay":1}""");
        using var client = SecuredCluster.Client(cluster.First, key);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync(path)).Status);

        (await client.ReadAsync(path)).IsProblem(HttpStatusCode.TooManyRequests);

        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/API/Health/live")).Status);
    }

    [Fact]
    public async Task Requests_FasterThanTheKeyMay_Are429AndOtherKeysAreNotAffected()
    {
        var (_, key) = await cluster.AddKeyAsync("""{"Name":"slow","Scopes":["read"],"RequestsPerSecond":1}""");
        using var client = SecuredCluster.Client(cluster.First, key);
        Answer answer;
        do
        {
            // One a second: two of these fall into one second unless each takes longer than that.
            answer = await client.ReadAsync("/api/users");
        }
        while (answer.Status == HttpStatusCode.OK);

        answer.IsProblem(HttpStatusCode.TooManyRequests);
        using var admin = SecuredCluster.Client(cluster.First, cluster.Admin);
        Assert.Equal(HttpStatusCode.OK, (await admin.ReadAsync("/api/users")).Status);
    }

    [Theory]
    [InlineData("""{"Name":"x","Scopes":["root"]}""", "Scopes")]
    [InlineData("""{"Name":"x","Scopes":[]}""", "Scopes")]
    [InlineData("""{"Scopes":["read"]}""", "Name")]
    [InlineData("""{"Name":"x","Scopes":["read"],"RequestsPerDay":0}""", "RequestsPerDay")]
    public async Task AddKey_OfAWrongShape_Is400ThatNamesTheField(string json, string field)
    {
        using var admin = SecuredCluster.Client(cluster.First, cluster.Admin);

        var answer = (await admin.PostAsync("/api/keys", json)).IsProblem(HttpStatusCode.BadRequest);

        Assert.Equal(field, (string)answer.Fault["field"]!);
    }

    [Fact]
    public async Task RevokeKey_Unknown_Is404()
    {
        using var admin = SecuredCluster.Client(cluster.First, cluster.Admin);

        (await admin.SendAsync(HttpMethod.Delete, "/api/keys/none")).IsProblem(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Keys_ListedLoggedAndStored_AreNeverTold()
    {
        var (id, key) = await cluster.AddKeyAsync("""{"Name":"secret","Scopes":["read"]}""");
        using var client = SecuredCluster.Client(cluster.First, key);
        using var wrong = SecuredCluster.Client(cluster.First, key + "x");
        using var admin = SecuredCluster.Client(cluster.First, cluster.Admin);
        await client.ReadAsync("/api/users");
        await client.PostAsync("/api/feedback", Action);
        await wrong.ReadAsync("/api/users");
        await wrong.ReadAsync("/api/users", ("Authorization", "Bearer " + key + "y"));
        var listed = (await admin.ReadAsync("/api/keys")).Body;
        var stored = (await cluster.Grains.GetGrain<IApiKeysGrain>(0).ListAsync(TestContext.Current.CancellationToken)).Keys.Single(known => known.Id == id);

        Assert.Contains("\"secret\"", listed, StringComparison.Ordinal);
        Assert.NotEmpty(cluster.Log);
        Assert.All([listed, stored.ToString(), .. cluster.Log], text => Assert.DoesNotContain(key[ApiKeySecret.Prefix.Length..], text, StringComparison.Ordinal));
        Assert.DoesNotContain(stored.Sha256, listed, StringComparison.Ordinal);
        Assert.All(cluster.Log, line => Assert.DoesNotContain(stored.Sha256, line, StringComparison.Ordinal));
    }

    private static Task UntilAsync(HttpStatusCode status, HttpClient client) =>
        Eventually.HoldsAsync(async () => (await client.ReadAsync("/api/users")).Status == status);
}
