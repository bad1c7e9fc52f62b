using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using RecActors.Problems;

namespace RecActors.Requests;

internal static class EndpointMetadata
{
    /// <summary>Documents the failures that every endpoint may answer with.</summary>
    public static RouteHandlerBuilder ProducesFailures(this RouteHandlerBuilder endpoint) => endpoint
        .Produces<Problem>(StatusCodes.Status400BadRequest, MediaTypeNames.Application.ProblemJson)
        .Produces<Problem>(StatusCodes.Status401Unauthorized, MediaTypeNames.Application.ProblemJson)
        .Produces<Problem>(StatusCodes.Status403Forbidden, MediaTypeNames.Application.ProblemJson)
        .Produces<Problem>(StatusCodes.Status429TooManyRequests, MediaTypeNames.Application.ProblemJson)
        .Produces<Problem>(StatusCodes.Status503ServiceUnavailable, MediaTypeNames.Application.ProblemJson);

    /// <summary>Documents 404.</summary>
    public static RouteHandlerBuilder ProducesNotFound(this RouteHandlerBuilder endpoint) => endpoint
        .Produces<Problem>(StatusCodes.Status404NotFound, MediaTypeNames.Application.ProblemJson);
}
