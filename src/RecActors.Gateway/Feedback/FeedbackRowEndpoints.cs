using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using RecActors.Calls;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Requests;
using RecActors.Users;

namespace RecActors.Feedback;

/// <summary>Reads and deletes feedback rows: the journals' entries folded by type, user and item.</summary>
internal static class FeedbackRowEndpoints
{
    public static RouteGroupBuilder MapFeedbackRows(this RouteGroupBuilder api)
    {
        var rows = api.MapGroup("").WithTags("feedback");
        rows.MapGet("/feedback", ListAllAsync).WithName("GetFeedback")
            .WithSummary("All feedback, page by page.").Produces<FeedbackPageBody>().ProducesFailures();
        rows.MapGet("/feedback/{feedback-type}", ListAsync).WithName("GetTypedFeedback")
            .WithSummary("All feedback of a type, page by page.").Produces<FeedbackPageBody>().ProducesFailures();
        rows.MapGet("/feedback/{user-id}/{item-id}", OfPairAsync).WithName("GetUserItemFeedback")
            .WithSummary("The feedback of a user on an item.").Produces<FeedbackRowBody[]>().ProducesFailures();
        rows.MapGet("/feedback/{feedback-type}/{user-id}/{item-id}", OneAsync).WithName("GetTypedUserItemFeedback")
            .WithSummary("One feedback row, or an empty object.").Produces<FeedbackRowBody>().ProducesFailures();
        rows.MapDelete("/feedback/{user-id}/{item-id}", DeletePairAsync).WithName("DeleteUserItemFeedback")
            .WithSummary("Deletes the feedback of a user on an item.").Produces<SuccessBody>().ProducesFailures();
        rows.MapDelete("/feedback/{feedback-type}/{user-id}/{item-id}", DeleteOneAsync).WithName("DeleteTypedUserItemFeedback")
            .WithSummary("Deletes one feedback row.").Produces<DeletedRowBody>().ProducesFailures();
        rows.MapGet("/user/{user-id}/feedback", OfUserAsync).WithName("GetUserFeedback")
            .WithSummary("A user's feedback, newest first.").Produces<FeedbackRowBody[]>().ProducesFailures();
        rows.MapGet("/user/{user-id}/feedback/{feedback-type}", TypedOfUserAsync).WithName("GetTypedUserFeedback")
            .WithSummary("A user's feedback of a type, newest first.").Produces<FeedbackRowBody[]>().ProducesFailures();
        return api;
    }

    private static Task<JsonHttpResult<FeedbackPageBody>> ListAllAsync(
        string? cursor, string? n, GrainCalls calls, IOptions<GatewayOptions> options, CancellationToken aborted) =>
        ListAsync(null, cursor, n, calls, options, aborted);

    private static async Task<JsonHttpResult<FeedbackPageBody>> ListAsync(
        [FromRoute(Name = "feedback-type")] string? feedbackType,
        string? cursor,
        string? n,
        GrainCalls calls,
        IOptions<GatewayOptions> options,
        CancellationToken aborted)
    {
        var count = PageQuery.Count(n, options.Value);
        var after = Cursor.Decode(cursor);
        FeedbackListing page;
        try
        {
            page = await calls.InvokeAsync(
                grains => grains.GetGrain<IUserDirectoryGrain>(AnySilo.Key).ListFeedbackAsync(feedbackType, after, count), aborted);
        }
        catch (ArgumentException)
        {
            throw Cursor.Foreign();
        }

        return ApiJson.Answer(new FeedbackPageBody(Cursor.Encode(page.NextCursor), [.. page.Rows.Select(FeedbackRowBody.From)]));
    }

    private static Task<JsonHttpResult<FeedbackRowBody[]>> OfUserAsync(
        [FromRoute(Name = "user-id")] string userId, GrainCalls calls, HttpContext http) =>
        AnswerAsync(userId, null, null, calls, http);

    private static Task<JsonHttpResult<FeedbackRowBody[]>> TypedOfUserAsync(
        [FromRoute(Name = "user-id")] string userId,
        [FromRoute(Name = "feedback-type")] string feedbackType,
        GrainCalls calls,
        HttpContext http) => AnswerAsync(userId, feedbackType, null, calls, http);

    private static Task<JsonHttpResult<FeedbackRowBody[]>> OfPairAsync(
        [FromRoute(Name = "user-id")] string userId,
        [FromRoute(Name = "item-id")] string itemId,
        GrainCalls calls,
        HttpContext http) => AnswerAsync(userId, null, itemId, calls, http);

    private static async Task<IResult> OneAsync(
        [FromRoute(Name = "feedback-type")] string feedbackType,
        [FromRoute(Name = "user-id")] string userId,
        [FromRoute(Name = "item-id")] string itemId,
        GrainCalls calls,
        CancellationToken aborted)
    {
        var page = await ReadAsync(userId, feedbackType, itemId, calls, aborted);
        return page.Rows.Count == 0 ? ApiJson.Answer(new EmptyBody()) : ApiJson.Answer(FeedbackRowBody.From(page.Rows[0]));
    }

    private static Task<IResult> DeletePairAsync(
        [FromRoute(Name = "user-id")] string userId,
        [FromRoute(Name = "item-id")] string itemId,
        GrainCalls calls,
        [FromServices] ItemFeedback feedback,
        HttpContext http) => DeleteAsync(userId, null, itemId, calls, feedback, http);

    private static Task<IResult> DeleteOneAsync(
        [FromRoute(Name = "feedback-type")] string feedbackType,
        [FromRoute(Name = "user-id")] string userId,
        [FromRoute(Name = "item-id")] string itemId,
        GrainCalls calls,
        [FromServices] ItemFeedback feedback,
        HttpContext http) => DeleteAsync(userId, feedbackType, itemId, calls, feedback, http);

    /// <summary>Appends a removal for each row that is there; how many there were is the answer, and which it was if it is one.</summary>
    private static async Task<IResult> DeleteAsync(
        string userId, string? feedbackType, string itemId, GrainCalls calls, ItemFeedback feedback, HttpContext http)
    {
        var page = await ReadAsync(userId, feedbackType, itemId, calls, http.RequestAborted);
        if (page.Rows.Count > 0)
        {
            var receipt = await feedback.RemoveAsync(userId, page.Rows, http.RequestAborted);
            SetUserVersion(http, receipt.UserVersion);
        }

        return feedbackType is not null && page.Rows is [var row]
            ? ApiJson.Answer(DeletedRowBody.From(row))
            : ApiJson.Answer(new SuccessBody(page.Rows.Count));
    }

    private static async Task<JsonHttpResult<FeedbackRowBody[]>> AnswerAsync(
        string userId, string? feedbackType, string? itemId, GrainCalls calls, HttpContext http)
    {
        var page = await ReadAsync(userId, feedbackType, itemId, calls, http.RequestAborted);
        SetUserVersion(http, page.UserVersion);
        return ApiJson.Answer(page.Rows.Select(FeedbackRowBody.From).ToArray());
    }

    private static Task<FeedbackPage> ReadAsync(
        string userId, string? feedbackType, string? itemId, GrainCalls calls, CancellationToken aborted)
    {
        // The Gorse API returns a user's rows as one list, without pages.
        var everything = new FeedbackFilter(feedbackType, itemId, 0, int.MaxValue);
        return calls.InvokeAsync(grains => grains.GetGrain<IUserGrain>(userId).GetFeedbackAsync(everything), aborted);
    }

    private static void SetUserVersion(HttpContext http, long version) =>
        http.Response.Headers[ApiHeaders.UserVersion] = version.ToString(CultureInfo.InvariantCulture);
}

internal sealed record EmptyBody;
