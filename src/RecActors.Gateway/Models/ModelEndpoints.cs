using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using RecActors.Calls;
using RecActors.Json;
using RecActors.Problems;
using RecActors.Requests;
using RecActors.Security;

namespace RecActors.Models;

/// <summary>Model administration: which versions there are, which one serves.</summary>
internal static class ModelEndpoints
{
    public static RouteGroupBuilder MapModels(this RouteGroupBuilder api)
    {
        var models = api.MapGroup("/models").WithTags("models").RequireScope(ApiScopes.Admin);
        models.MapGet("", ListAsync).WithName("GetModels").WithSummary("The published model versions, newest first.")
            .Produces<ModelListBody>().ProducesFailures();
        models.MapPost("/{version:long}/promote", PromoteAsync).WithName("PromoteModel")
            .WithSummary("Makes every silo load and verify a version, then all serve it.")
            .Produces<PromotionBody>().ProducesNotFound()
            .Produces<Problem>(StatusCodes.Status409Conflict, "application/problem+json").ProducesFailures();
        models.MapPost("/rollback", RollBackAsync).WithName("RollBackModel")
            .WithSummary("Promotes the version that served before the current one.")
            .Produces<PromotionBody>()
            .Produces<Problem>(StatusCodes.Status409Conflict, "application/problem+json").ProducesFailures();
        return api;
    }

    private static async Task<JsonHttpResult<ModelListBody>> ListAsync(GrainCalls calls, CancellationToken aborted) =>
        ApiJson.Answer(ModelListBody.From(await ReadAsync(calls, aborted)));

    private static async Task<JsonHttpResult<PromotionBody>> PromoteAsync(
        [FromRoute] long version, GrainCalls calls, CancellationToken aborted)
    {
        var listing = await ReadAsync(calls, aborted);
        if (listing.Models.All(model => model.Version != version))
        {
            throw new ProblemException(ProblemTypes.NotFound($"There is no model version {version}."));
        }

        return Answer(await calls.InvokeOnceAsync(
            (grains, deadline) => grains.GetGrain<IModelRegistryGrain>(0).PromoteAsync(version, deadline), aborted));
    }

    private static async Task<JsonHttpResult<PromotionBody>> RollBackAsync(GrainCalls calls, CancellationToken aborted) =>
        Answer(await calls.InvokeOnceAsync(
            (grains, deadline) => grains.GetGrain<IModelRegistryGrain>(0).RollBackAsync(deadline), aborted));

    private static Task<ModelListing> ReadAsync(GrainCalls calls, CancellationToken aborted) =>
        calls.InvokeAsync(grains => grains.GetGrain<IModelRegistryGrain>(0).ListAsync(), aborted);

    private static JsonHttpResult<PromotionBody> Answer(PromotionResult result) => result.Promoted
        ? ApiJson.Answer(new PromotionBody(true, result.ServingVersion, result.Message))
        : throw new ProblemException(ProblemTypes.Conflict(
            result.Message ?? $"The version was not promoted; version {result.ServingVersion} still serves."));
}
