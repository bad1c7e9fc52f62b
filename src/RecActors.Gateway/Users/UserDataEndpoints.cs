using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using RecActors.Calls;
using RecActors.Json;
using RecActors.Problems;
using RecActors.Requests;

namespace RecActors.Users;

/// <summary>A user's data as a whole: told, and taken over by another user.</summary>
internal static class UserDataEndpoints
{
    /// <summary>Actions that one append takes over; larger journals are taken over piece by piece.</summary>
    private const int ActionsPerAppend = 1000;

    /// <summary>A user who acts while being merged is looked at again so often; whoever repeats the merge goes on.</summary>
    private const int MaxRounds = 20;

    public static RouteGroupBuilder MapUserData(this RouteGroupBuilder api)
    {
        var users = api.MapGroup("").WithTags("users");
        users.MapGet("/user/{user-id}/export", ExportAsync).WithName("ExportUser")
            .WithSummary("Everything that is stored of a user: profile and actions in their order.")
            .Produces<UserExportBody>().ProducesNotFound().ProducesFailures();
        users.MapPost("/user/{user-id}/merge", MergeAsync).WithName("MergeUser")
            .WithSummary("Takes another user's actions over, each once however often it is asked, and deletes that user.")
            .Accepts<MergeBody>("application/json").Produces<SuccessBody>()
            .Produces<Problem>(StatusCodes.Status409Conflict, "application/problem+json").ProducesFailures();
        return api;
    }

    private static async Task<JsonHttpResult<UserExportBody>> ExportAsync(
        [FromRoute(Name = "user-id")] string userId, GrainCalls calls, CancellationToken aborted)
    {
        var export = await calls.InvokeAsync(grains => grains.GetGrain<IUserGrain>(userId).ExportAsync(), aborted);
        return ApiJson.Answer(UserExportBody.From(
            export ?? throw new ProblemException(ProblemTypes.NotFound($"There is no user {userId}."))));
    }

    private static async Task<JsonHttpResult<SuccessBody>> MergeAsync(
        [FromRoute(Name = "user-id")] string userId, [AsParameters] WriteServices services, HttpContext http)
    {
        using var body = await RequestBody.ReadAsync(http.Request, services.Limits.MaxBodyBytes, http.RequestAborted);
        var validation = services.StartValidation();
        var merge = JsonBody.ReadObject<MergeBody>(body.Bytes, services.Limits);
        validation.Id(default, nameof(merge.From), merge.From);
        if (merge.From == userId)
        {
            validation.Fault(default, nameof(merge.From), "is the user that takes over");
        }

        validation.ThrowIfFaulty();
        var from = merge.From!;
        IReadOnlyList<FeedbackAction> taken = [];
        for (var round = 0; round < MaxRounds; round++)
        {
            var export = await services.Calls.InvokeAsync(grains => grains.GetGrain<IUserGrain>(from).ExportAsync(), http.RequestAborted);
            if (export is null)
            {
                // Nobody, or merged already.
                return ApiJson.Answer(new SuccessBody(taken.Count));
            }

            await TakeOverAsync(userId, from, export, Continues(export.Actions, taken) ? taken.Count : 0, services, http);
            taken = export.Actions;
            if (merge.Delete == false || await services.Calls.InvokeAsync(
                grains => grains.GetGrain<IUserGrain>(from).DeleteUnchangedAsync(export.Actions.Count), http.RequestAborted))
            {
                return ApiJson.Answer(new SuccessBody(taken.Count));
            }
        }

        throw new ProblemException(ProblemTypes.Unavailable(
            services.Options.Value.RetryAfter, "The other user acts all the time: everything so far is taken over, and nothing was deleted. Ask again."));
    }

    /// <summary>True when the journal still is the one whose actions were taken over, and not that of a later session under the same id.</summary>
    private static bool Continues(IReadOnlyList<FeedbackAction> actions, IReadOnlyList<FeedbackAction> taken) =>
        taken.Count > 0 && actions.Count >= taken.Count && actions[0] == taken[0] && actions[taken.Count - 1] == taken[^1];

    /// <summary>Takes over what comes after so many: the user remembers only so many events, and a longer journal sent again would count again.</summary>
    private static async Task TakeOverAsync(string userId, string from, UserExport export, int after, WriteServices services, HttpContext http)
    {
        var actions = export.Actions.Select((action, index) => action with { EventId = EventIdOf(from, index, action) }).Skip(after);
        foreach (var some in actions.Chunk(ActionsPerAppend))
        {
            var receipt = await services.Calls.InvokeAsync(
                grains => grains.GetGrain<IUserGrain>(userId).AppendAsync(new FeedbackBatch(some)), http.RequestAborted);
            if (receipt.Dropped > 0)
            {
                throw new ProblemException(ProblemTypes.Conflict(
                    "The user that takes over was erased and takes nothing. DELETE /api/erasures/{user-id} admits it again; the other user is as it was."));
            }

            http.Response.Headers[ApiHeaders.UserVersion] = receipt.UserVersion.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The same for the same action, so that a merge may be repeated; another for a later session under the same id.</summary>
    private static string EventIdOf(string from, int index, FeedbackAction action) => string.Create(
        CultureInfo.InvariantCulture, $"merge:{from}:{index}:{action.TimestampMs}:{action.FeedbackType}:{action.ItemId}");
}
