using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the description of the REST API.</summary>
public static class RecActorsDocsEndpointRouteBuilderExtensions
{
    /// <summary>The OpenAPI document at <c>/openapi/v1.json</c>, and a page to read it and try it at <c>/docs</c>, which loads nothing from elsewhere.</summary>
    public static IEndpointRouteBuilder MapRecActorsDocs(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        // A description holds no data, and who reads it may have no key yet.
        endpoints.MapOpenApi().AllowAnonymous();
        endpoints.MapScalarApiReference("/docs", options => options
            .WithTitle("RecActors API")
            .WithOpenApiRoutePattern("/openapi/{documentName}.json")
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()).AllowAnonymous();
        return endpoints;
    }
}
