using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace RecActors.Security;

/// <summary>Whether a caller may: with a key that has the scope, or while there is no key at all and <see cref="OpenAccess"/> lets it in. Thread-safe.</summary>
internal sealed class ScopeDecision(ApiKeys keys, OpenAccess open)
{
    /// <param name="http">The request; null where there is none to look at.</param>
    /// <param name="user">Who calls; null for the caller of the request.</param>
    /// <param name="scope">What it takes.</param>
    public bool Allows(HttpContext? http, ClaimsPrincipal? user, ApiScopes scope) => open.IsOpen
        ? http is null || open.Refuse(http) is null
        : keys.ById((user ?? http?.User)?.FindFirst(ApiKey.IdClaim)?.Value) is { } key
            && key.Allows(scope)
            && (!WritesBack(http) || key.Allows(ApiScopes.Write));

    /// <summary>Whether a question also writes down what it was answered.</summary>
    public static bool WritesBack(HttpContext? context) => context?.Request.Query.ContainsKey("write-back-type") == true;
}
