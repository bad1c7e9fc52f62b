using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using RecActors.Calls;
using RecActors.Failures;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Problems;
using RecActors.Requests;

namespace RecActors.Users;

/// <summary>Users: what a site says about them, beside their actions.</summary>
internal static class UserEndpoints
{
    public static RouteGroupBuilder MapUsers(this RouteGroupBuilder api)
    {
        var users = api.MapGroup("").WithTags("users");
        users.MapPost("/user", PutOneAsync).WithName("InsertUser").WithSummary("Creates or replaces a user.")
            .Accepts<UserBody>("application/json").Produces<WrittenUsersBody>().ProducesFailures();
        users.MapPost("/users", PutManyAsync).WithName("InsertUsers").WithSummary("Creates or replaces users.")
            .Accepts<UserBody[]>("application/json").Produces<WrittenUsersBody>().ProducesFailures();
        users.MapGet("/users", ListAsync).WithName("GetUsers").WithSummary("All users, page by page, in the order of their ids.")
            .Produces<UserPageBody>().ProducesFailures();
        users.MapGet("/user/{user-id}", GetAsync).WithName("GetUser").WithSummary("A user.")
            .Produces<UserAnswer>().ProducesNotFound().ProducesFailures();
        users.MapPatch("/user/{user-id}", PatchAsync).WithName("ModifyUser").WithSummary("Changes the given parts of a user.")
            .Accepts<UserPatchBody>("application/json").Produces<SuccessBody>().ProducesNotFound().ProducesFailures();
        users.MapDelete("/user/{user-id}", DeleteAsync).WithName("DeleteUser").WithSummary("Erases a user with all feedback, and refuses what still arrives of it.")
            .Produces<SuccessBody>().ProducesFailures();
        return api;
    }

    private static async Task<JsonHttpResult<WrittenUsersBody>> PutOneAsync([AsParameters] WriteServices services, HttpContext http)
    {
        using var body = await RequestBody.ReadAsync(http.Request, services.Limits.MaxBodyBytes, http.RequestAborted);
        var validation = services.StartValidation();
        var user = JsonBody.ReadObject<UserBody>(body.Bytes, services.Limits).Read(default, validation);
        validation.ThrowIfFaulty();
        var written = await PutAsync(user, services.Calls, http.RequestAborted);
        return ApiJson.Answer(written ? new WrittenUsersBody(1) : new WrittenUsersBody(0, 1));
    }

    private static async Task<JsonHttpResult<WrittenUsersBody>> PutManyAsync([AsParameters] WriteServices services, HttpContext http)
    {
        using var body = await RequestBody.ReadAsync(http.Request, services.Limits.MaxBodyBytes, http.RequestAborted);
        var validation = services.StartValidation();
        var users = JsonBody.ReadArray<UserBody>(body.Bytes, services.Limits)
            .Select((user, index) => user.Read(new Place(index), validation))
            .ToList();
        validation.ThrowIfFaulty();
        var refused = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        await ConcurrentCalls.ForEachAsync(LastOfEach.In(users, user => user.UserId), services.Limits.MaxConcurrentCalls, async user =>
        {
            if (!await PutAsync(user, services.Calls, http.RequestAborted))
            {
                refused[user.UserId] = true;
            }
        });
        var erased = users.Count(user => refused.ContainsKey(user.UserId));
        return ApiJson.Answer(new WrittenUsersBody(users.Count - erased, erased));
    }

    /// <summary>False when the user was erased: nothing is written then.</summary>
    private static async Task<bool> PutAsync(UserProfile user, GrainCalls calls, CancellationToken aborted)
    {
        try
        {
            await calls.InvokeAsync(grains => grains.GetGrain<IUserGrain>(user.UserId).SetProfileAsync(user), aborted);
            return true;
        }
        catch (UserErasedException)
        {
            return false;
        }
    }

    private static async Task<JsonHttpResult<UserPageBody>> ListAsync(
        string? cursor, string? n, GrainCalls calls, IOptions<GatewayOptions> options, CancellationToken aborted)
    {
        var count = PageQuery.Count(n, options.Value);
        var after = Cursor.Decode(cursor);
        var users = await calls.InvokeAsync(
            grains => grains.GetGrain<IUserDirectoryGrain>(AnySilo.Key).ListUsersAsync(after, count + 1), aborted);
        var next = users.Count > count ? users[count - 1].UserId : null;
        return ApiJson.Answer(new UserPageBody(Cursor.Encode(next), [.. users.Take(count).Select(UserAnswer.From)]));
    }

    private static async Task<JsonHttpResult<UserAnswer>> GetAsync(
        [FromRoute(Name = "user-id")] string userId, GrainCalls calls, CancellationToken aborted)
    {
        var profile = await calls.InvokeAsync(grains => grains.GetGrain<IUserGrain>(userId).GetProfileAsync(), aborted);
        return ApiJson.Answer(UserAnswer.From(profile ?? throw Unknown(userId)));
    }

    private static async Task<JsonHttpResult<SuccessBody>> PatchAsync(
        [FromRoute(Name = "user-id")] string userId, [AsParameters] WriteServices services, HttpContext http)
    {
        using var body = await RequestBody.ReadAsync(http.Request, services.Limits.MaxBodyBytes, http.RequestAborted);
        var validation = services.StartValidation();
        var patch = JsonBody.ReadObject<UserPatchBody>(body.Bytes, services.Limits).Read(validation);
        validation.ThrowIfFaulty();
        var known = await services.Calls.InvokeAsync(
            grains => grains.GetGrain<IUserGrain>(userId).PatchProfileAsync(patch), http.RequestAborted);
        return known ? ApiJson.Answer(new SuccessBody(1)) : throw Unknown(userId);
    }

    private static async Task<JsonHttpResult<SuccessBody>> DeleteAsync(
        [FromRoute(Name = "user-id")] string userId, GrainCalls calls, CancellationToken aborted)
    {
        var known = await calls.InvokeAsync(grains => grains.GetGrain<IUserGrain>(userId).EraseAsync(), aborted);
        return ApiJson.Answer(new SuccessBody(known ? 1 : 0));
    }

    private static ProblemException Unknown(string userId) => new(ProblemTypes.NotFound($"There is no user {userId}."));
}
