using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using RecActors.Calls;
using RecActors.Json;

namespace RecActors.Health;

/// <summary>Probes: alive is this process alone; ready is what <see cref="IServingHealth"/> says.</summary>
internal static class HealthEndpoints
{
    /// <summary>Where the probes are: they answer from the first moment to the last.</summary>
    public const string Prefix = "/api/health";

    public static RouteGroupBuilder MapHealth(this RouteGroupBuilder api)
    {
        var health = api.MapGroup("/health").WithTags("health").AllowAnonymous();
        health.MapGet("/live", Live).WithName("CheckLive").WithSummary("Answers while the process runs.")
            .Produces<LiveBody>();
        health.MapGet("/ready", CheckReadyAsync).WithName("CheckReady").WithSummary("200 when this process can serve, else 503.")
            .Produces<ReadyBody>().Produces<ReadyBody>(StatusCodes.Status503ServiceUnavailable);
        return api;
    }

    private static JsonHttpResult<LiveBody> Live() => ApiJson.Answer(new LiveBody(true));

    private static async Task<JsonHttpResult<ReadyBody>> CheckReadyAsync(
        [FromServices] IServingHealth health, [FromServices] GatewayMetrics metrics, CancellationToken cancellationToken)
    {
        var report = await health.CheckAsync(cancellationToken);
        metrics.Probed(report.Ready);
        var body = new ReadyBody(report.Ready, report.DataStoreConnected, report.ModelVersion, report.ColdStart, report.Reason);
        return ApiJson.Answer(body, report.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

internal sealed record LiveBody(bool Live);

internal sealed record ReadyBody(bool Ready, bool DataStoreConnected, long ModelVersion, bool ColdStart, string? Reason);
