using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using RecActors.Problems;

namespace RecActors.Security;

/// <summary>Lets in who calls with a key that has the scope, and everybody whom <see cref="OpenAccess"/> lets in while there is no key.</summary>
internal sealed class ScopeHandler(ApiKeys keys, OpenAccess open) : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        if (open.IsOpen)
        {
            if (context.Resource is not HttpContext http || open.Refuse(http) is null)
            {
                context.Succeed(requirement);
            }
        }
        else if (keys.ById(context.User.FindFirst(ApiKey.IdClaim)?.Value) is { } key
            && key.Allows(requirement.Scope)
            && (!WritesBack(context.Resource as HttpContext) || key.Allows(ApiScopes.Write)))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    /// <summary>Whether a question also writes down what it was answered.</summary>
    public static bool WritesBack(HttpContext? context) => context?.Request.Query.ContainsKey("write-back-type") == true;
}

/// <summary>Refuses with a problem that says why, and nothing about the keys there are.</summary>
internal sealed class ScopeRefusals(OpenAccess open) : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        if (open.IsOpen && open.Refuse(context) is { } reason)
        {
            throw new ProblemException(ProblemTypes.Forbidden(reason));
        }

        var scope = policy.Requirements.OfType<ScopeRequirement>().Select(requirement => ApiScopeNames.Of(requirement.Scope)).FirstOrDefault();
        if (context.User.HasClaim(claim => claim.Type == ApiKey.IdClaim))
        {
            throw new ProblemException(ProblemTypes.Forbidden(ScopeHandler.WritesBack(context)
                ? $"The key does not have the scope {scope}, or not the scope write, which write-back-type takes."
                : $"The key does not have the scope {scope}."));
        }

        context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer realm=\"RecActors\"";
        throw new ProblemException(ProblemTypes.Unauthenticated(ApiKeyAuthenticationHandler.PresentedBy(context.Request) is null
            ? $"A key with the scope {scope} is needed, in the header {ApiKeyDefaults.Header}."
            : "The key is unknown, revoked or expired."));
    }
}
