using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using RecActors.Calls;
using RecActors.Hosting;
using RecActors.Items;
using RecActors.Requests;

namespace RecActors.Users;

/// <summary>Users who like what a user likes.</summary>
internal static class UserNeighborEndpoints
{
    public static RouteGroupBuilder MapUserNeighbors(this RouteGroupBuilder api)
    {
        var lists = api.MapGroup("").WithTags("recommendation");
        lists.MapGet("/user/{user-id}/neighbors", NeighborsAsync).WithName("GetUserNeighbors")
            .WithSummary("Users who like what this one likes.").Produces<ScoreBody[]>().ProducesFailures();
        lists.MapGet("/user-to-user/{name}/{user-id}", UserToUserAsync).WithName("GetUserToUser")
            .WithSummary("Users who like what this one likes, by the name of the list: neighbors.")
            .Produces<ScoreBody[]>().ProducesNotFound().ProducesFailures();
        return api;
    }

    private static async Task<IResult> NeighborsAsync(
        [FromRoute(Name = "user-id")] string userId, string? n, string? offset, GrainCalls calls, IOptions<GatewayOptions> options, HttpContext http)
    {
        var count = PageQuery.Count(n, options.Value);
        var skipped = PageQuery.Offset(offset, options.Value);
        var neighbors = await calls.InvokeAsync(
            grains => grains.GetGrain<IUserDirectoryGrain>(AnySilo.Key).NeighborsAsync(userId, count, skipped), http.RequestAborted);
        return NeighborAnswers.Of(http, [.. neighbors.Select(user => new ScoreBody(user.UserId, user.Score))]);
    }

    private static Task<IResult> UserToUserAsync(
        string name,
        [FromRoute(Name = "user-id")] string userId,
        string? n,
        string? offset,
        GrainCalls calls,
        IOptions<GatewayOptions> options,
        HttpContext http) => name == NeighborAnswers.ListName
            ? NeighborsAsync(userId, n, offset, calls, options, http)
            : throw NeighborAnswers.NoList(name, NeighborAnswers.ListName);
}
