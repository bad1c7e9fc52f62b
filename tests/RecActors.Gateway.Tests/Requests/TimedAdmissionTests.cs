using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RecActors.Calls;
using RecActors.Hosting;

namespace RecActors.Requests;

/// <summary>Which requests' times the limit of requests in flight learns from.</summary>
public sealed class TimedAdmissionTests : IDisposable
{
    private const int Most = 100, Late = 10, Others = 300;
    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly TaskCompletionSource _answer = new();
    private readonly AdmissionLimit _limit;

    public TimedAdmissionTests() => _limit = new AdmissionLimit(Most, least: 1, Target, TimeSpan.Zero, _time);

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData(StatusCodes.Status429TooManyRequests, "/api/recommend/ann")]
    [InlineData(StatusCodes.Status401Unauthorized, "/API/session/recommend")]
    public async Task Request_RefusedAtOnce_DoesNotCountAsARecommendationInTime(int status, string path)
    {
        await RunAsync(path, context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        AssertFallen();
    }

    [Fact]
    public async Task Request_ThatFailsAtOnce_DoesNotCountAsARecommendationInTime()
    {
        await RunAsync("/api/recommend/ann", _ => throw new InvalidOperationException());

        AssertFallen();
    }

    [Fact]
    public async Task Request_AnsweredAtOnce_Counts()
    {
        await RunAsync("/api/recommend/ann", _ => Task.CompletedTask);

        Assert.Equal(Most, _limit.Limit);
    }

    [Fact]
    public async Task Request_ThatFailsLate_CountsAsLate()
    {
        await RunAsync("/api/items", _ => Task.CompletedTask, lateStatus: StatusCodes.Status503ServiceUnavailable);

        AssertFallen();
    }

    /// <summary>Once the window is over, which a measured wait for a thread may have divided.</summary>
    private void AssertFallen()
    {
        _time.Advance(Target);
        Assert.True(_limit.TryEnter());
        _limit.Leave(null);
        Assert.InRange(_limit.Limit, 1, Most - 1);
    }

    /// <summary>Some recommendations take longer than the target, while others come and go.</summary>
    private async Task RunAsync(string path, RequestDelegate next, int lateStatus = StatusCodes.Status200OK)
    {
        var late = Admission(async context =>
        {
            await _answer.Task;
            context.Response.StatusCode = lateStatus;
        });
        Task[] inFlight = [.. Enumerable.Range(0, Late).Select(_ => late.InvokeAsync(Request("/api/recommend/bob")))];
        var other = Admission(next);
        for (var request = 0; request < Others; request++)
        {
            try
            {
                await other.InvokeAsync(Request(path));
            }
            catch (InvalidOperationException)
            {
                // What is outside turns it into an answer.
            }
        }

        _time.Advance(2 * Target);
        _answer.SetResult();
        await Task.WhenAll(inFlight);
    }

    private RequestAdmission Admission(RequestDelegate next) => new(
        next,
        _limit,
        new GatewayMetrics(_services.GetRequiredService<IMeterFactory>()),
        Options.Create(new GatewayOptions { LatencyTarget = Target }),
        _time);

    private static DefaultHttpContext Request(string path) => new() { Request = { Path = path } };
}
