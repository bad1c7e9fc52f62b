using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecActors.Hosting;

namespace RecActors.Requests;

/// <summary>Holds the ids that a path or the parameter <c>user-id</c> names to the rules of those in bodies: nothing else can be the key of a grain.</summary>
internal static class PathIds
{
    private static readonly string[] Ids = ["user-id", "item-id", "feedback-type"];

    /// <summary>For a group: 400 that names the part, before anything else is done.</summary>
    public static RouteGroupBuilder CheckIdsOfPaths(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter((invocation, next) =>
        {
            Check(invocation.HttpContext);
            return next(invocation);
        });
        return group;
    }

    /// <summary>The same for a user's id alone.</summary>
    /// <exception cref="Problems.ProblemException">400 that names it.</exception>
    public static void CheckUser(string userId, GatewayOptions options)
    {
        var validation = new Validation(options, nowMs: 0);
        validation.Id(default, "user-id", userId);
        validation.ThrowIfFaulty();
    }

    private static void Check(HttpContext http)
    {
        var route = http.Request.RouteValues;
        var validation = new Validation(http.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value, nowMs: 0);
        foreach (var name in Ids)
        {
            if (route.TryGetValue(name, out var id))
            {
                validation.Id(default, name, id as string);
            }
        }

        if (route.TryGetValue("category", out var category) && category is string { Length: > 0 } named)
        {
            validation.Category(default, "category", named);
        }

        if (http.Request.Query.TryGetValue("user-id", out var user) && !string.IsNullOrEmpty(user))
        {
            validation.Id(default, "user-id", user);
        }

        validation.ThrowIfFaulty();
    }
}
