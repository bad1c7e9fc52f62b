using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RecActors.Security;

/// <summary>What a caller must be allowed for an endpoint.</summary>
internal sealed record ScopeRequirement(ApiScopes Scope) : IAuthorizationRequirement;

/// <summary>Says at a route which scope it takes.</summary>
public static class ScopePolicies
{
    private static readonly ApiScopes[] Scopes = [ApiScopes.Read, ApiScopes.Write, ApiScopes.Metrics, ApiScopes.Admin];

    /// <summary>Callers need a key with this scope, or one with admin; nobody needs one while there is none.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoints, ApiScopes scope)
        where TBuilder : IEndpointConventionBuilder => endpoints.RequireAuthorization(ApiScopeNames.Of(scope));

    /// <summary>For a group: what says nothing else takes the scope read when it is asked by GET or HEAD, and write otherwise.</summary>
    internal static RouteGroupBuilder RequireScopeByMethod(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            if (!endpoint.Metadata.Any(metadata => metadata is IAuthorizeData or IAllowAnonymous))
            {
                var methods = endpoint.Metadata.OfType<IHttpMethodMetadata>().SelectMany(metadata => metadata.HttpMethods).ToList();
                var reads = methods.Count > 0 && methods.TrueForAll(method => HttpMethods.IsGet(method) || HttpMethods.IsHead(method));
                endpoint.Metadata.Add(new AuthorizeAttribute(ApiScopeNames.Of(reads ? ApiScopes.Read : ApiScopes.Write)));
            }
        });
        return group;
    }

    /// <summary>A policy for each scope; what was mapped without one is for administrators.</summary>
    internal static void Configure(AuthorizationOptions options)
    {
        foreach (var scope in Scopes)
        {
            options.AddPolicy(ApiScopeNames.Of(scope), policy => policy.AddRequirements(new ScopeRequirement(scope)));
        }

        options.FallbackPolicy = options.DefaultPolicy = options.GetPolicy(ApiScopeNames.Of(ApiScopes.Admin))!;
    }
}
