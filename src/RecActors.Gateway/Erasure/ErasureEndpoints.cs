using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using RecActors.Calls;
using RecActors.Json;
using RecActors.Requests;
using RecActors.Security;
using RecActors.Users;

namespace RecActors.Erasure;

/// <summary>Erased users: how many are refused, one admitted again, and the job that leaves no byte of them.</summary>
internal static class ErasureEndpoints
{
    public static RouteGroupBuilder MapErasures(this RouteGroupBuilder api)
    {
        var erasures = api.MapGroup("/erasures").WithTags("users");
        erasures.MapGet("", GetAsync).RequireScope(ApiScopes.Admin).WithName("GetErasures")
            .WithSummary("How many erased users are refused, and the last compaction.")
            .Produces<ErasureStatusBody>().ProducesFailures();
        erasures.MapPost("/compact", CompactAsync).RequireScope(ApiScopes.Admin).WithName("CompactErasures")
            .WithSummary("Starts the job that leaves no byte of what was deleted in the store, unless it runs.")
            .Produces<ErasureStatusBody>(StatusCodes.Status202Accepted).ProducesFailures();
        erasures.MapDelete("/{user-id}", ReadmitAsync).WithName("ReadmitUser")
            .WithSummary("Admits an erased user again.")
            .Produces<SuccessBody>().ProducesFailures();
        return api;
    }

    private static async Task<JsonHttpResult<ErasureStatusBody>> GetAsync(GrainCalls calls, CancellationToken aborted) =>
        ApiJson.Answer(ErasureStatusBody.From(
            await calls.InvokeAsync(grains => grains.GetGrain<IErasuresGrain>(0).GetStatusAsync(), aborted)));

    private static async Task<JsonHttpResult<ErasureStatusBody>> CompactAsync(GrainCalls calls, HttpContext http)
    {
        var status = await calls.InvokeAsync(grains => grains.GetGrain<IErasuresGrain>(0).CompactAsync(), http.RequestAborted);
        http.Response.Headers.Location = "/api/erasures";
        return ApiJson.Answer(ErasureStatusBody.From(status), StatusCodes.Status202Accepted);
    }

    private static async Task<JsonHttpResult<SuccessBody>> ReadmitAsync(
        [FromRoute(Name = "user-id")] string userId, GrainCalls calls, CancellationToken aborted)
    {
        var readmitted = await calls.InvokeAsync(grains => grains.GetGrain<IUserGrain>(userId).ReadmitAsync(), aborted);
        return ApiJson.Answer(new SuccessBody(readmitted ? 1 : 0));
    }
}
