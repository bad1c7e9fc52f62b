using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using RecActors.Calls;
using RecActors.Json;
using RecActors.Problems;
using RecActors.Requests;
using RecActors.Security;

namespace RecActors.Training;

/// <summary>Starts, watches and cancels refits of the model.</summary>
internal static class RefitEndpoints
{
    public static RouteGroupBuilder MapRefit(this RouteGroupBuilder api)
    {
        var refit = api.MapGroup("/refit").WithTags("models").RequireScope(ApiScopes.Admin);
        refit.MapPost("", StartAsync).WithName("StartRefit").WithSummary("Starts a refit, unless one is running.")
            .Accepts<RefitBody>("application/json")
            .Produces<RefitStatusBody>(StatusCodes.Status202Accepted)
            .Produces<Problem>(StatusCodes.Status409Conflict, "application/problem+json").ProducesFailures();
        refit.MapGet("", GetAsync).WithName("GetRefit").WithSummary("The running refit, or the last one.")
            .Produces<RefitStatusBody>().ProducesFailures();
        refit.MapDelete("", CancelAsync).WithName("CancelRefit").WithSummary("Asks the running refit to stop.")
            .Produces<RefitStatusBody>(StatusCodes.Status202Accepted).ProducesFailures();
        return api;
    }

    private static async Task<JsonHttpResult<RefitStatusBody>> StartAsync([AsParameters] WriteServices services, HttpContext http)
    {
        using var body = await RequestBody.ReadAsync(http.Request, services.Limits.MaxBodyBytes, http.RequestAborted);
        var validation = services.StartValidation();
        var sent = body.Bytes.IsEmpty ? new RefitBody() : JsonBody.ReadObject<RefitBody>(body.Bytes, services.Limits);
        var request = sent.Read(validation);
        validation.ThrowIfFaulty();
        var status = await services.Calls.InvokeOnceAsync(
            (grains, deadline) => grains.GetGrain<ITrainerGrain>(0).StartAsync(request, deadline), http.RequestAborted);
        if (status.State == RefitState.Failed)
        {
            throw new ProblemException(ProblemTypes.Conflict(status.Message ?? "The refit could not start."));
        }

        http.Response.Headers.Location = "/api/refit";
        return ApiJson.Answer(RefitStatusBody.From(status), StatusCodes.Status202Accepted);
    }

    private static async Task<JsonHttpResult<RefitStatusBody>> GetAsync(GrainCalls calls, CancellationToken aborted) =>
        ApiJson.Answer(RefitStatusBody.From(
            await calls.InvokeAsync(grains => grains.GetGrain<ITrainerGrain>(0).GetStatusAsync(), aborted)));

    private static async Task<JsonHttpResult<RefitStatusBody>> CancelAsync(GrainCalls calls, CancellationToken aborted) =>
        ApiJson.Answer(
            RefitStatusBody.From(await calls.InvokeAsync(grains => grains.GetGrain<ITrainerGrain>(0).CancelAsync(), aborted)),
            StatusCodes.Status202Accepted);
}
