using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Calls;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Ranking;
using RecActors.Requests;
using RecActors.Security;
using RecActors.WebConsole;

namespace RecActors.Problems;

/// <summary>Gives every failed answer a problem body: refusals, faults, unknown routes, wrong methods.</summary>
internal sealed partial class ProblemMiddleware(
    RequestDelegate next, IHostApplicationLifetime lifetime, GatewayMetrics metrics, IOptions<GatewayOptions> options, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            // A connection that is kept open would be cut when the server stops, perhaps under a request.
            context.Response.Headers.Connection = "close";
        }

        Problem problem;
        try
        {
            if (!lifetime.ApplicationStarted.IsCancellationRequested && BoundedPaths.Contain(context.Request.Path))
            {
                throw new ProblemException(ProblemTypes.Unavailable(options.Value.RetryAfter, "The server is starting. Nothing of the request was done."));
            }

            await next(context);
            if (context.Response.StatusCode < StatusCodes.Status400BadRequest
                || context.Response.HasStarted
                || context.Response.ContentType is not null)
            {
                return;
            }

            problem = ProblemTypes.OfStatus(context.Response.StatusCode, context.Request.Method, context.Request.Path);
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            if (context.RequestAborted.IsCancellationRequested)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return;
            }

            problem = ProblemOf(failure, context);
        }

        metrics.Refused(problem.Status);
        await WriteAsync(context, problem);
    }

    private Problem ProblemOf(Exception failure, HttpContext context)
    {
        switch (failure)
        {
            case ProblemException known:
                if (known.InnerException is { } cause)
                {
                    LogUnavailable(cause, context.Request.Method, known.Problem.Status);
                }

                return known.Problem;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } tooLarge:
                return ProblemTypes.TooLarge("body", tooLarge.Message);
            case BadHttpRequestException bad:
                return ProblemTypes.InvalidRequest("body", bad.Message);
            default:
                LogFault(failure, context.Request.Method, context.GetEndpoint()?.DisplayName);
                return ProblemTypes.Internal();
        }
    }

    private static async Task WriteAsync(HttpContext context, Problem problem)
    {
        var response = context.Response;
        var (allow, challenge) = (response.Headers.Allow, response.Headers.WWWAuthenticate);
        response.Clear();
        (response.Headers.Allow, response.Headers.WWWAuthenticate) = (allow, challenge);
        response.StatusCode = problem.Status;
        response.ContentType = MediaTypeNames.Application.ProblemJson;
        if (problem.RetryAfterSeconds is { } pause)
        {
            response.Headers.RetryAfter = pause;
        }

        if (problem.Status == StatusCodes.Status413PayloadTooLarge && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            // The rest of the body is not read, so the connection cannot carry another request.
            response.Headers.Connection = "close";
        }

        await JsonSerializer.SerializeAsync(response.Body, problem, ProblemJson.Default.Problem, context.RequestAborted);
        await response.CompleteAsync();
    }

    [LoggerMessage(LogLevel.Warning, "{Method} answered with {Status} after a transient failure")]
    private partial void LogUnavailable(Exception cause, string method, int status);

    [LoggerMessage(LogLevel.Error, "{Method} failed in {Endpoint}")]
    private partial void LogFault(Exception failure, string method, string? endpoint);
}

/// <summary>Puts problems, the knowledge of who calls, and the bounds on requests before everything that the host adds, so that nothing has to be remembered there.</summary>
internal sealed class ProblemStartupFilter(IOptions<SecurityOptions> security, KeyLimits keyLimits) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<RequestWindowMiddleware>();
        app.UseMiddleware<ProblemMiddleware>();
        if (security.Value.ReadCorsOrigins().Length > 0)
        {
            app.UseCors(ApiCors.Policy);
        }

        app.UseMiddleware<RequestAdmission>();

        // Who shows nothing is nobody: finding that out by the schemes would cost a fifth of an answer from memory.
        app.UseWhen(ConsoleSession.IsShown, known => known.UseAuthentication());
        app.UseMiddleware<KeyIdentification>();
        app.UseMiddleware<ConsoleForgeryCheck>();
        app.UseWhen(keyLimits.Concern, limited => limited.UseRateLimiter());
        app.UseMiddleware<PlainQuestions>();
        app.UseMiddleware<PlainActions>();
        next(app);
    };
}
