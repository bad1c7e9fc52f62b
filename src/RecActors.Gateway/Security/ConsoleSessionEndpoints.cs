using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Problems;
using RecActors.Requests;

namespace RecActors.Security;

/// <summary>Who works at the console: logs in with a key, says who is, logs out. For the console, so not part of the described API.</summary>
internal static class ConsoleSessionEndpoints
{
    public static RouteGroupBuilder MapConsoleSession(this RouteGroupBuilder api)
    {
        var session = api.MapGroup("/console/session").AllowAnonymous().ExcludeFromDescription();
        session.MapGet("", Get);
        session.MapPost("", LogInAsync);
        session.MapDelete("", (Delegate)LogOutAsync);
        return api;
    }

    private static JsonHttpResult<ConsoleSessionBody> Get(HttpContext http, ApiKeys keys, OpenAccess open, ForgeryTokens tokens)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (open.IsOpen)
        {
            return ApiJson.Answer(new ConsoleSessionBody(open.Refuse(http) is null, true, null, ApiScopeNames.List(ApiScopes.Admin), null));
        }

        return ApiJson.Answer(keys.ById(http.User.FindFirst(ApiKey.IdClaim)?.Value) is { } key
            ? new ConsoleSessionBody(true, false, key.Name, ApiScopeNames.List(key.Scopes), tokens.Create(http))
            : new ConsoleSessionBody(false, false, null, [], null));
    }

    private static async Task<IResult> LogInAsync(HttpContext http, [FromServices] ApiKeys keys, [FromServices] IOptions<GatewayOptions> options)
    {
        if (OpenAccess.IsForeign(http.Request, []))
        {
            throw new ProblemException(ProblemTypes.Forbidden("Another site's page has sent this request."));
        }

        using var body = await RequestBody.ReadAsync(http.Request, ApiKeySecret.MaximumLength * 4, http.RequestAborted);
        var sent = JsonBody.ReadObject<ConsoleLoginBody>(body.Bytes, options.Value);
        if (keys.Find(sent.Key ?? "") is not { } key)
        {
            throw new ProblemException(ProblemTypes.Unauthenticated("The key is unknown, revoked or expired."));
        }

        await http.SignInAsync(ConsoleSession.Scheme, key.PrincipalOf(ConsoleSession.Scheme));
        return ApiJson.Answer(new SuccessBody(1));
    }

    private static async Task<IResult> LogOutAsync(HttpContext http)
    {
        await http.SignOutAsync(ConsoleSession.Scheme);
        return ApiJson.Answer(new SuccessBody(1));
    }
}

/// <summary>A login.</summary>
internal sealed record ConsoleLoginBody
{
    public string? Key { get; init; }
}

/// <summary>Who works at the console.</summary>
/// <param name="SignedIn">Whether the console may be used.</param>
/// <param name="Open">Whether nobody needs a key.</param>
/// <param name="Name">The key's name.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Token">What changes must carry in <see cref="ForgeryTokens.Header"/>.</param>
internal sealed record ConsoleSessionBody(bool SignedIn, bool Open, string? Name, IReadOnlyList<string> Scopes, string? Token);
