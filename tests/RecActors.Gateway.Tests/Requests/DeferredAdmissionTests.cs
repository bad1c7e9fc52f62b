using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RecActors.Calls;
using RecActors.Hosting;
using RecActors.Ranking;

namespace RecActors.Requests;

/// <summary>Which requests take a place among those in flight only where memory does not answer them.</summary>
public sealed class DeferredAdmissionTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly AdmissionLimit _limit;
    private int _passedOn;

    public DeferredAdmissionTests() => _limit = new AdmissionLimit(most: 1, least: 1, TimeSpan.Zero, TimeSpan.Zero, _time);

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData("GET", "/api/recommend/ann", true)]
    [InlineData("GET", "/api/recommend/ann?n=5", true)]
    [InlineData("GET", "/api/recommend/ann?n=0", false)]
    [InlineData("GET", "/api/recommend/ann?n=1001", false)]
    [InlineData("GET", "/api/recommend/ann?n=5&offset=5", false)]
    [InlineData("GET", "/api/recommend/ann/books", false)]
    [InlineData("POST", "/api/recommend/ann", false)]
    [InlineData("POST", "/api/feedback", false)]
    [InlineData("GET", "/api/items", false)]
    public async Task Request_AboveTheBound_IsPassedOnWhereMemoryMayHaveItsAnswer(string method, string path, bool isPassedOn)
    {
        Assert.True(_limit.TryEnter());

        var answer = await AskAsync(method, path, new NoAnswers(), Admit);

        Assert.Equal(isPassedOn ? 1 : 0, _passedOn);
        AssertRefused(answer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_AboveTheBoundWhereNoAnswersAreFound_IsRefusedAtOnce(bool areKept)
    {
        Assert.True(_limit.TryEnter());

        var answer = await AskAsync("GET", "/api/recommend/ann", areKept ? new NoAnswers { HasAny = false } : null, Admit);

        Assert.Equal(0, _passedOn);
        AssertRefused(answer);
    }

    [Fact]
    public async Task Request_WithoutAnAnswerInMemory_TakesAPlaceForAsLongAsItLasts()
    {
        var asked = new TaskCompletionSource();

        var asking = AskAsync("GET", "/api/recommend/ann", new NoAnswers(), http => http.Features.Get<DeferredAdmission>()!.AdmitAsync(http, _ => asked.Task));
        AssertRefused(await AskAsync("GET", "/api/recommend/ann", new NoAnswers(), Admit));
        asked.SetResult();
        await asking;

        Assert.Equal(StatusCodes.Status200OK, (await AskAsync("GET", "/api/recommend/ann", new NoAnswers(), Admit)).StatusCode);
    }

    [Fact]
    public async Task Request_AnsweredFromMemory_TakesNoPlace()
    {
        var answered = new TaskCompletionSource();
        var answering = AskAsync("GET", "/api/recommend/ann", new NoAnswers(), _ => answered.Task);

        Assert.True(_limit.TryEnter());
        answered.SetResult();
        await answering;
    }

    private static void AssertRefused(HttpResponse answer)
    {
        Assert.Equal(StatusCodes.Status503ServiceUnavailable, answer.StatusCode);
        Assert.Equal("1", answer.Headers.RetryAfter.ToString());
    }

    /// <summary>What comes behind finds no answer in memory.</summary>
    private static Task Admit(HttpContext http) => http.Features.Get<DeferredAdmission>()?.AdmitAsync(http, _ => Task.CompletedTask) ?? Task.CompletedTask;

    private async Task<HttpResponse> AskAsync(string method, string path, IKeptAnswers? kept, RequestDelegate next)
    {
        var admission = new RequestAdmission(
            http =>
            {
                _passedOn++;
                return next(http);
            },
            _limit,
            new GatewayMetrics(_services.GetRequiredService<IMeterFactory>()),
            Options.Create(new GatewayOptions()),
            _time,
            kept);
        var parts = path.Split('?');
        var context = new DefaultHttpContext
        {
            Request = { Method = method, Path = parts[0], QueryString = new(parts.Length > 1 ? $"?{parts[1]}" : null) },
        };
        await admission.InvokeAsync(context);
        return context.Response;
    }

    private sealed class NoAnswers : IKeptAnswers
    {
        public bool HasAny { get; init; } = true;

        public KeptAnswer? Find(string userId, RecommendQuery query) => null;
    }
}
