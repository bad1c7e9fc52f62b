using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RecActors.Calls;
using RecActors.Hosting;
using RecActors.Ranking;

namespace RecActors.Requests;

/// <summary>Which requests above the bound go on to be answered from memory.</summary>
public sealed class AboveTheBoundTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private int _passedOn;

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
        var answer = await AskAboveTheBoundAsync(method, path, new NoAnswers());

        Assert.Equal(isPassedOn ? 1 : 0, _passedOn);
        AssertRefused(answer);
    }

    [Fact]
    public async Task Request_AboveTheBoundWhereNoAnswersAreKept_IsRefusedAtOnce()
    {
        var answer = await AskAboveTheBoundAsync("GET", "/api/recommend/ann", null);

        Assert.Equal(0, _passedOn);
        AssertRefused(answer);
    }

    [Fact]
    public async Task Request_AboveTheBoundWhereNoAnswersCanBeFound_IsRefusedAtOnce()
    {
        var answer = await AskAboveTheBoundAsync("GET", "/api/recommend/ann", new NoAnswers { HasAny = false });

        Assert.Equal(0, _passedOn);
        AssertRefused(answer);
    }

    private static void AssertRefused(HttpResponse answer)
    {
        Assert.Equal(StatusCodes.Status503ServiceUnavailable, answer.StatusCode);
        Assert.Equal("1", answer.Headers.RetryAfter.ToString());
    }

    private async Task<HttpResponse> AskAboveTheBoundAsync(string method, string path, IKeptAnswers? kept)
    {
        var limit = new AdmissionLimit(new(Most: 1, Least: 1, LeastWaiting: 1), TimeSpan.Zero, TimeSpan.Zero, _time);
        Assert.True(limit.TryEnter());
        var admission = new RequestAdmission(
            http =>
            {
                _passedOn++;
                return http.Features.Get<AboveTheBound>()!.RefuseAsync(http);
            },
            limit,
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
