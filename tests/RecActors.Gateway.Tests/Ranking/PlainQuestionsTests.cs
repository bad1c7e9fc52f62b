using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecActors.Attribution;
using RecActors.Health;
using RecActors.Hosting;
using RecActors.Requests;
using RecActors.Security;

namespace RecActors.Ranking;

/// <summary>What a gateway gives again without calling anybody, to whom, and what it never gives so.</summary>
public sealed class PlainQuestionsTests(ApiServer server, SecuredCluster secured)
{
    private static readonly RecommendationAnswer Answer = new([new("a", 2), new("b\"ø<", 1)], UserVersion: 5, ModelVersion: 7, FixedClock.Now.ToUnixTimeMilliseconds());

    [Fact]
    public async Task Recommend_PlainQuestion_IsAnsweredWithWhatTheProcessHas()
    {
        var known = new OneAnswer("ann", 2);
        await using var gateway = await StartAsync(server.Grains, known);
        using var client = ClientOf(gateway, null);

        var first = (await client.ReadAsync("/api/recommend/ann?n=2")).Is("""["a","b\"ø<"]""");
        var again = (await client.ReadAsync("/api/recommend/ann?n=2")).Is(first.Body);

        Assert.Equal(2, known.Given);
        foreach (var answer in new[] { first, again })
        {
            Assert.Equal(("5", "7"), (answer.Headers["X-User-Version"], answer.Headers["X-Model-Version"]));
            Assert.Equal("application/json; charset=utf-8", answer.Headers["Content-Type"]);
            var id = gateway.Services.GetRequiredService<RecommendationIds>().Read(answer.Headers["X-Recommendation-Id"], "ann")!;
            Assert.Equal((1, 2, 7), (id.RankOf("a"), id.RankOf("b\"ø<"), id.ModelVersion));
            Assert.Equal(FixedClock.Now.ToUnixTimeMilliseconds(), id.TimestampMs);
        }
    }

    [Fact]
    public async Task Recommend_AsManyInFlightAsMayBe_IsAnsweredFromMemoryAndElseRefused()
    {
        var known = new OneAnswer("ann", 2);
        await using var gateway = await StartAsync(server.Grains, known);
        using var client = ClientOf(gateway, null);
        var limit = gateway.Services.GetRequiredService<AdmissionLimit>();
        while (limit.TryEnter())
        {
        }

        (await client.ReadAsync("/api/recommend/ann?n=2")).Is("""["a","b\"ø<"]""");
        foreach (var path in new[] { "/api/recommend/bob?n=2", "/api/recommend/ann?n=2&explain=true", "/api/recommend/ann?n=2&offset=1" })
        {
            (await client.ReadAsync(path)).IsProblem(HttpStatusCode.ServiceUnavailable);
        }

        Assert.Equal(1, known.Given);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("nobody knows")]
    [InlineData("\u0001")]
    [InlineData(" ")]
    [InlineData("an id that is far too long, since it goes on and on ", 12)]
    public async Task Recommend_PlainQuestionThatAnActorAnswers_IsAnsweredAsTheLongWay(string user, int times = 1)
    {
        await server.Client.PostAsync("/api/items", """[{"ItemId":"plain-1"},{"ItemId":"plain-2"}]""");
        await server.Client.PostAsync("/api/feedback", """[{"FeedbackType":"read","UserId":"plain","ItemId":"plain-1"}]""");
        var path = $"/api/recommend/{Uri.EscapeDataString(string.Concat(Enumerable.Repeat(user, times)))}?n=3";

        var plain = await server.Client.ReadAsync(path);
        var other = await server.Client.ReadAsync(path + "&offset=0");

        Assert.Equal((other.Status, other.Type, other.Body), (plain.Status, plain.Type, plain.Body));
        Assert.Equal(Names(other), Names(plain));
        Assert.Equal(user == "plain", plain.Headers.TryGetValue("X-User-Version", out var version) && version != "0");

        static IEnumerable<string> Names(Answer answer) => answer.Headers.Keys.Where(name => name.StartsWith("X-", StringComparison.OrdinalIgnoreCase)).Order();
    }

    [Theory]
    [InlineData("/api/recommend/ann?n=2&explain=true")]
    [InlineData("/api/recommend/ann?n=2&category=books")]
    [InlineData("/api/recommend/ann?n=2&write-back-type=read")]
    [InlineData("/api/recommend/ann?n=2&offset=1")]
    [InlineData("/api/recommend/ann?n=02x")]
    [InlineData("/api/recommend/ann?n=0")]
    [InlineData("/api/recommend/ann?n=100000")]
    [InlineData("/api/recommend/ann?minimum-user-version=6")]
    [InlineData("/api/recommend/ann/books?n=2")]
    [InlineData("/api/recommend/a%2Fnn?n=2")]
    [InlineData("/api/recommend/ann?n=2", "X-API-Version", "2")]
    [InlineData("/api/recommend/ann?n=2", "X-Minimum-User-Version", "6")]
    public async Task Recommend_AnyOtherQuestion_IsForTheUsersActor(string path, string? header = null, string value = "")
    {
        var known = new OneAnswer("ann", 2);
        await using var gateway = await StartAsync(server.Grains, known);
        using var client = ClientOf(gateway, null);

        await client.ReadAsync(path, header is null ? [] : [(header, value)]);

        Assert.Equal(0, known.Asked);
    }

    [Fact]
    public async Task Recommend_DefaultAboveWhatMayBeAskedFor_IsAnswered()
    {
        using var client = await server.StartGatewayAsync(options => (options.DefaultCount, options.MaxCount) = (3, 2));

        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/recommend/ned")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/recommend/ned?offset=0")).Status);
        (await client.ReadAsync("/api/recommend/ned?n=3")).IsProblem(HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/api/recommend/ned?n=2")).Status);
    }

    [Fact]
    public async Task Recommend_WhereThereAreKeys_IsForThoseWithTheScope()
    {
        var known = new OneAnswer("ann", 2);
        await using var gateway = await StartAsync(secured.Grains, known, secured.Admin);
        var (_, reads) = await secured.AddKeyAsync("""{"Name":"reads","Scopes":["read"]}""");
        var (_, writes) = await secured.AddKeyAsync("""{"Name":"writes","Scopes":["write"]}""");

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("recactors_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        while (await StatusAsync(writes) != HttpStatusCode.Forbidden)
        {
            // The gateway reads the keys again in a moment.
        }

        Assert.Equal(0, known.Asked);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(reads));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(secured.Admin));
        Assert.Equal(2, known.Given);

        async Task<HttpStatusCode> StatusAsync(string? key)
        {
            using var client = ClientOf(gateway, key);
            return (await client.ReadAsync("/api/recommend/ann?n=2")).Status;
        }
    }

    [Fact]
    public void Id_PreparedBeforeTheSecretWasRenewed_IsNotGivenAgain()
    {
        var keys = new ApiKeys(Options.Create(new SecurityOptions()), TimeProvider.System);
        keys.Set(new ApiKeyListing([], CookieProtection.NewSecret()));
        var ids = new RecommendationIds(keys, Options.Create(new AttributionOptions()), TimeProvider.System);
        var prepared = ids.Prepare(RecommendedList.Recommend, "ann", Answer)!;

        Assert.Equal(1, ids.Read(ids.Of(prepared)!, "ann")!.RankOf("a"));
        Assert.Null(ids.Read(ids.Of(prepared)!, "bob"));
        keys.Set(new ApiKeyListing([], CookieProtection.NewSecret()));

        Assert.Null(ids.Of(prepared));
    }

    private static HttpClient ClientOf(WebApplication gateway, string? key) => SecuredCluster.Client(new Uri(gateway.Urls.Single()), key);

    private static Task<WebApplication> StartAsync(IGrainFactory grains, IKeptAnswers known, string? admin = null) => ApiServer.StartAsync(grains, builder =>
    {
        if (admin is not null)
        {
            builder.Configuration.AddInMemoryCollection([
                new($"{SecurityOptions.Section}:AdminKeySha256", ApiKeySecret.Hash(admin)), new($"{SecurityOptions.Section}:Refresh", "00:00:00.050")]);
        }

        builder.Services.AddSingleton<IServingHealth>(new ApiServer.FixedHealth(new ServingHealth(true, true, 7)));
        builder.Services.AddSingleton(known);
    });

    /// <summary>A process that has one user's answer to one question.</summary>
    private sealed class OneAnswer(string user, int count) : IKeptAnswers
    {
        private readonly KeptAnswer _answer = new(Answer);
        private int _asked;
        private int _given;

        public int Asked => Volatile.Read(ref _asked);

        public int Given => Volatile.Read(ref _given);

        public bool HasAny => true;

        public KeptAnswer? Find(string userId, RecommendQuery query)
        {
            Interlocked.Increment(ref _asked);
            if (userId != user || query != new RecommendQuery { Count = count })
            {
                return null;
            }

            Interlocked.Increment(ref _given);
            return _answer;
        }
    }
}
