using Microsoft.AspNetCore.Routing;
using RecActors.Attribution;
using RecActors.Erasure;
using RecActors.Feedback;
using RecActors.Health;
using RecActors.Items;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Requests;
using RecActors.Security;
using RecActors.Training;
using RecActors.Users;
using RecActors.WebConsole;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the REST API.</summary>
public static class RecActorsApiEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps everything below <c>/api</c>; <c>docs/api.md</c> describes it. What says nothing else takes the scope read when it is asked by
    /// GET, and write otherwise.
    /// </summary>
    public static IEndpointRouteBuilder MapRecActorsApi(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.KnowCallers().MapGroup("/api").RequireScopeByMethod().CheckIdsOfPaths()
            .MapFeedback()
            .MapFeedbackRows()
            .MapItemFeedback()
            .MapUsers()
            .MapUserData()
            .MapErasures()
            .MapItems()
            .MapItemLists()
            .MapUserNeighbors()
            .MapRecommend()
            .MapSession()
            .MapModels()
            .MapOnlineQuality()
            .MapRefit()
            .MapKeys()
            .MapConsoleSession()
            .MapConsoleApi()
            .MapHealth();
        return endpoints;
    }

    /// <summary>Maps the console at <c>/</c>. It calls what <see cref="MapRecActorsApi"/> maps.</summary>
    public static IEndpointRouteBuilder MapRecActorsConsole(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapConsoleAssets();
    }

    /// <summary>Maps only the probes below <c>/api/health</c>, for a process that answers nothing else.</summary>
    public static IEndpointRouteBuilder MapRecActorsHealth(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.KnowCallers().MapGroup("/api").MapHealth();
        return endpoints;
    }

    /// <summary>
    /// Who calls is known before the host's own middleware runs. Unless it is told so, in the way that the framework tells itself, a
    /// <see cref="WebApplication"/> finds it out a second time for every request.
    /// </summary>
    private static IEndpointRouteBuilder KnowCallers(this IEndpointRouteBuilder endpoints)
    {
        if (endpoints is IApplicationBuilder app)
        {
            app.Properties["__AuthenticationMiddlewareSet"] = true;
        }

        return endpoints;
    }
}
