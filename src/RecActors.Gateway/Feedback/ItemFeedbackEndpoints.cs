using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using RecActors.Json;
using RecActors.Requests;
using RecActors.Users;

namespace RecActors.Feedback;

/// <summary>Reads the feedback of all users on an item.</summary>
internal static class ItemFeedbackEndpoints
{
    public static RouteGroupBuilder MapItemFeedback(this RouteGroupBuilder api)
    {
        var rows = api.MapGroup("").WithTags("feedback");
        rows.MapGet("/item/{item-id}/feedback", OfItemAsync).WithName("GetItemFeedback")
            .WithSummary("All feedback on an item.").Produces<FeedbackRowBody[]>().ProducesFailures();
        rows.MapGet("/item/{item-id}/feedback/{feedback-type}", TypedOfItemAsync).WithName("GetTypedItemFeedback")
            .WithSummary("All feedback of a type on an item.").Produces<FeedbackRowBody[]>().ProducesFailures();
        return api;
    }

    private static Task<IResult> OfItemAsync(
        [FromRoute(Name = "item-id")] string itemId, [FromServices] ItemFeedback feedback, CancellationToken aborted) =>
        AnswerAsync(itemId, null, feedback, aborted);

    private static Task<IResult> TypedOfItemAsync(
        [FromRoute(Name = "item-id")] string itemId,
        [FromRoute(Name = "feedback-type")] string feedbackType,
        [FromServices] ItemFeedback feedback,
        CancellationToken aborted) => AnswerAsync(itemId, feedbackType, feedback, aborted);

    /// <summary>A popular item has more rows than a process should hold: what is past the first page is read while it is sent.</summary>
    private static async Task<IResult> AnswerAsync(string itemId, string? feedbackType, ItemFeedback feedback, CancellationToken aborted)
    {
        var first = await feedback.PageAsync(itemId, feedbackType, null, aborted);
        return first.NextCursor is null
            ? ApiJson.Answer(first.Rows.Select(FeedbackRowBody.From).ToArray())
            : ApiJson.Answer(RowsAsync(first, itemId, feedbackType, feedback, aborted));
    }

    private static async IAsyncEnumerable<FeedbackRowBody> RowsAsync(
        FeedbackListing page, string itemId, string? feedbackType, ItemFeedback feedback, [EnumeratorCancellation] CancellationToken aborted)
    {
        while (true)
        {
            foreach (var row in page.Rows)
            {
                yield return FeedbackRowBody.From(row);
            }

            if (page.NextCursor is null)
            {
                yield break;
            }

            page = await feedback.PageAsync(itemId, feedbackType, page.NextCursor, aborted);
        }
    }
}
