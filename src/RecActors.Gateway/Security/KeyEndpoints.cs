using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using RecActors.Calls;
using RecActors.Json;
using RecActors.Problems;
using RecActors.Requests;

namespace RecActors.Security;

/// <summary>The API keys: which there are, another one, one less.</summary>
internal static class KeyEndpoints
{
    public static RouteGroupBuilder MapKeys(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("keys").RequireScope(ApiScopes.Admin);
        keys.MapGet("", ListAsync).WithName("GetKeys").WithSummary("The stored keys: their names, scopes and limits.")
            .Produces<KeyBody[]>().ProducesFailures();
        keys.MapPost("", AddAsync).WithName("AddKey").WithSummary("Makes a key and tells it, this once.")
            .Accepts<NewKeyBody>("application/json")
            .Produces<CreatedKeyBody>(StatusCodes.Status201Created)
            .Produces<Problem>(StatusCodes.Status409Conflict, "application/problem+json").ProducesFailures();
        keys.MapDelete("/{id}", RevokeAsync).WithName("RevokeKey").WithSummary("Revokes a key.")
            .Produces<SuccessBody>()
            .Produces<Problem>(StatusCodes.Status409Conflict, "application/problem+json").ProducesNotFound().ProducesFailures();
        keys.MapPost("/console-secret", RenewSecretAsync).WithName("RenewConsoleSecret")
            .WithSummary("Renews the secret behind the console's cookies: everybody has to log in again.")
            .Produces<SuccessBody>().ProducesFailures();
        return api;
    }

    private static async Task<JsonHttpResult<SuccessBody>> RenewSecretAsync(GrainCalls calls, ApiKeyWatch watch, CancellationToken aborted)
    {
        // Made here, so that an attempt that is repeated renews it once.
        var secret = CookieProtection.NewSecret();
        await calls.InvokeAsync(grains => grains.GetGrain<IApiKeysGrain>(AnySilo.Key).RenewCookieSecretAsync(secret), aborted);
        await watch.RefreshAsync(aborted);
        return ApiJson.Answer(new SuccessBody(1));
    }

    private static async Task<JsonHttpResult<KeyBody[]>> ListAsync(GrainCalls calls, CancellationToken aborted)
    {
        var listing = await calls.InvokeAsync(grains => grains.GetGrain<IApiKeysGrain>(AnySilo.Key).ListAsync(), aborted);
        return ApiJson.Answer(listing.Keys.Select(KeyBody.From).ToArray());
    }

    private static async Task<IResult> AddAsync(
        [AsParameters] WriteServices services, HttpContext http, [FromServices] ApiKeys known, [FromServices] ApiKeyWatch watch)
    {
        using var body = await RequestBody.ReadAsync(http.Request, services.Limits.MaxBodyBytes, http.RequestAborted);
        var secret = ApiKeySecret.Generate();
        var key = JsonBody.ReadObject<NewKeyBody>(body.Bytes, services.Limits).Read(secret, services.StartValidation());
        if (known.AreNone && !key.Scopes.HasFlag(ApiScopes.Admin))
        {
            throw new ProblemException(ProblemTypes.Conflict("The first key must have the scope admin: with any other nobody could make the next one."));
        }

        await services.Calls.InvokeAsync(grains => grains.GetGrain<IApiKeysGrain>(AnySilo.Key).AddAsync(key), http.RequestAborted);
        await watch.RefreshAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return ApiJson.Answer(new CreatedKeyBody(key.Id, secret), StatusCodes.Status201Created);
    }

    private static async Task<JsonHttpResult<SuccessBody>> RevokeAsync(
        [FromRoute] string id, GrainCalls calls, ApiKeys known, ApiKeyWatch watch, CancellationToken aborted)
    {
        await watch.RefreshAsync(aborted);
        if (known.ById(id)?.Scopes.HasFlag(ApiScopes.Admin) == true && !known.HaveAdmin(without: id))
        {
            throw new ProblemException(ProblemTypes.Conflict("This is the last key with the scope admin. Make another one first; recactors keys revoke takes it away all the same."));
        }

        if (!await calls.InvokeAsync(grains => grains.GetGrain<IApiKeysGrain>(AnySilo.Key).RevokeAsync(id), aborted))
        {
            throw new ProblemException(ProblemTypes.NotFound("There is no stored key with this id."));
        }

        await watch.RefreshAsync(aborted);
        return ApiJson.Answer(new SuccessBody(1));
    }
}
