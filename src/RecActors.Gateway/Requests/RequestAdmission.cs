using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using RecActors.Calls;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Problems;
using RecActors.Ranking;

namespace RecActors.Requests;

/// <summary>
/// Bounds the requests in flight: what is above is refused at once, so that it can be sent to another gateway. A refusal has to cost next to
/// nothing, or refusing is what the server is too busy with: it comes before who asks is looked at, from bytes that are ready, without an exception.
/// An answer that this process has in its memory costs little more, and is given without a place among the requests in flight: those are what takes work,
/// and their times say how much of it waits.
/// </summary>
internal sealed class RequestAdmission
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(5);

    private readonly RequestDelegate _next;
    private readonly AdmissionLimit _limit;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly PoolDelayProbe _probe;
    private readonly bool _tellsTime;
    private readonly TimeSpan _target;
    private readonly StringValues _retryAfter;
    private readonly byte[] _refusal;
    private readonly GatewayOptions _options;
    private readonly IKeptAnswers? _kept;
    private readonly DeferredAdmission _deferred;

    public RequestAdmission(
        RequestDelegate next, AdmissionLimit limit, GatewayMetrics metrics, IOptions<GatewayOptions> options, TimeProvider time, IKeptAnswers? kept = null)
    {
        (_next, _limit, _metrics, _time) = (next, limit, metrics, time);
        (_options, _kept) = (options.Value, kept);
        (_tellsTime, _target) = (options.Value.ServerTiming, options.Value.LatencyTarget);
        _probe = new PoolDelayProbe(limit, ProbeInterval, time);
        var problem = ProblemTypes.Unavailable(options.Value.RetryAfter, "Too many requests are in flight here. Nothing of the request was done.");
        _retryAfter = problem.RetryAfterSeconds;
        _deferred = new DeferredAdmission(AdmitAsync);
        _refusal = JsonSerializer.SerializeToUtf8Bytes(problem, ProblemJson.Default.Problem);
    }

    public Task InvokeAsync(HttpContext context)
    {
        if (!BoundedPaths.Contain(context.Request.Path))
        {
            return _next(context);
        }

        _probe.Sample();
        if (_tellsTime)
        {
            TellTime(context.Response, _time.GetTimestamp());
        }

        if (_kept is { HasAny: true } && PlainQuestions.Concern(context.Request, _options))
        {
            context.Features.Set(_deferred);
            return _next(context);
        }

        return AdmitAsync(context, _next);
    }

    private Task AdmitAsync(HttpContext context, RequestDelegate next) => _limit.TryEnter() ? AdmittedAsync(context, next) : RefuseAsync(context.Response);

    private async Task AdmittedAsync(HttpContext context, RequestDelegate next)
    {
        var entered = _time.GetTimestamp();
        var succeeded = false;
        try
        {
            await next(context);
            succeeded = context.Response.StatusCode < StatusCodes.Status400BadRequest;
        }
        finally
        {
            var took = _time.GetElapsedTime(entered);

            // A refusal is quick however busy the server is.
            _limit.Leave(BoundedPaths.AreTimed(context.Request.Path) && (succeeded || took > _target) ? took : null);
        }
    }

    private Task RefuseAsync(HttpResponse response)
    {
        _metrics.Refused(StatusCodes.Status503ServiceUnavailable);
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.ContentType = MediaTypeNames.Application.ProblemJson;
        response.ContentLength = _refusal.Length;
        response.Headers.RetryAfter = _retryAfter;
        return response.Body.WriteAsync(_refusal, CancellationToken.None).AsTask();
    }

    private void TellTime(HttpResponse response, long entered) => response.OnStarting(() =>
    {
        response.Headers["Server-Timing"] = string.Create(CultureInfo.InvariantCulture, $"app;dur={_time.GetElapsedTime(entered).TotalMilliseconds:F3}");
        return Task.CompletedTask;
    });
}
