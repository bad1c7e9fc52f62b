using System.Globalization;
using Microsoft.Extensions.Options;
using RecActors.Calls;
using RecActors.Hosting;
using RecActors.Users;

namespace RecActors.Feedback;

/// <summary>The feedback of all users on an item: read page by page, and removed.</summary>
internal sealed class ItemFeedback(GrainCalls calls, IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>Users whose journals one call reads.</summary>
    private const int UsersPerPage = 128;

    public Task<FeedbackListing> PageAsync(string itemId, string? feedbackType, string? cursor, CancellationToken aborted) => calls.InvokeAsync(
        grains => grains.GetGrain<IUserDirectoryGrain>(AnySilo.Key).ListItemFeedbackAsync(itemId, feedbackType, cursor, UsersPerPage), aborted);

    /// <summary>Takes every row on the item back, user by user. What fails half-way is gone on with by another call.</summary>
    public async Task RemoveAsync(string itemId, CancellationToken aborted)
    {
        string? cursor = null;
        do
        {
            var page = await PageAsync(itemId, null, cursor, aborted);
            var users = page.Rows.GroupBy(row => row.UserId, StringComparer.Ordinal).ToList();
            if (users.Count > 0)
            {
                await ConcurrentCalls.ForEachAsync(users, options.Value.MaxConcurrentCalls, user => RemoveAsync(user.Key, user, aborted));
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>Takes rows of a user back, all or none.</summary>
    public Task<FeedbackReceipt> RemoveAsync(string userId, IEnumerable<FeedbackRow> rows, CancellationToken aborted)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var removal = new FeedbackBatch(
        [
            .. rows.Select(row => new FeedbackAction(
                FeedbackOperation.Remove, row.FeedbackType, row.ItemId, 0, nowMs, Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture))),
        ]);
        return calls.InvokeAsync(grains => grains.GetGrain<IUserGrain>(userId).AppendAsync(removal), aborted);
    }
}
