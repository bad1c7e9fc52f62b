using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using RecActors.Problems;

namespace RecActors.Security;

/// <summary>Lets in whom <see cref="ScopeDecision"/> allows.</summary>
internal sealed class ScopeHandler(ScopeDecision decision) : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        if (decision.Allows(context.Resource as HttpContext, context.User, requirement.Scope))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
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
            throw new ProblemException(ProblemTypes.Forbidden(ScopeDecision.WritesBack(context)
                ? $"The key does not have the scope {scope}, or not the scope write, which write-back-type takes."
                : $"The key does not have the scope {scope}."));
        }

        context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer realm=\"RecActors\"";
        throw new ProblemException(ProblemTypes.Unauthenticated(ApiKeyAuthenticationHandler.PresentedBy(context.Request) is null
            ? $"A key with the scope {scope} is needed, in the header {ApiKeyDefaults.Header}."
            : "The key is unknown, revoked or expired."));
    }
}
