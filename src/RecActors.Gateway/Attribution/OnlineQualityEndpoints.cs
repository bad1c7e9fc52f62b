using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using RecActors.Calls;
using RecActors.Json;
using RecActors.Requests;
using RecActors.Security;

namespace RecActors.Attribution;

/// <summary>How good the answers were.</summary>
internal static class OnlineQualityEndpoints
{
    public static RouteGroupBuilder MapOnlineQuality(this RouteGroupBuilder api)
    {
        api.MapGet("/models/online", ListAsync).WithTags("models").WithName("GetOnlineQuality").RequireScope(ApiScopes.Admin)
            .WithSummary("What came of the recommendations of the last 30 days, by list and model.")
            .Produces<OnlineQualityBody[]>().ProducesFailures();
        return api;
    }

    private static async Task<JsonHttpResult<OnlineQualityBody[]>> ListAsync(GrainCalls calls, CancellationToken aborted) =>
        ApiJson.Answer(OnlineQualityBody.From(await calls.InvokeAsync(grains => grains.GetGrain<IOnlineQualityGrain>(0).ListAsync(), aborted)));
}
