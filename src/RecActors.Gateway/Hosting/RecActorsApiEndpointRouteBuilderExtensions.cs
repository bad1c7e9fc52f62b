using Microsoft.AspNetCore.Routing;
using RecActors.Health;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the REST API.</summary>
public static class RecActorsApiEndpointRouteBuilderExtensions
{
    /// <summary>Maps everything below <c>/api</c>; <c>docs/api.md</c> describes it.</summary>
    public static IEndpointRouteBuilder MapRecActorsApi(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapGroup("/api")
            .MapHealth();
        return endpoints;
    }
}
