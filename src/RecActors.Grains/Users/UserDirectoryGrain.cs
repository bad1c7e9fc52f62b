using System.Globalization;
using Orleans.Concurrency;
using RecActors.Journal;

namespace RecActors.Users;

/// <summary>Lists users and feedback from the journal and the stored profiles: no user's grain is woken.</summary>
[GrainType("user-directory")]
[StatelessWorker]
internal sealed class UserDirectoryGrain(IUserJournal journal, UserProfiles profiles, SimilarUsers similar, TimeProvider time)
    : Grain, IUserDirectoryGrain
{
    /// <summary>Users looked at for one page of feedback, so that a rare feedback type does not make a page read every journal.</summary>
    private const int UsersPerPage = 256;

    /// <summary>Journals of one call that are read at a time.</summary>
    private const int ConcurrentReads = 16;

    public async Task<IReadOnlyList<UserProfile>> ListUsersAsync(string? afterUserId, int count, CancellationToken cancellationToken)
    {
        var users = await journal.AskAsync(log => log.ListUsersAsync(afterUserId, count, cancellationToken));
        var list = new List<UserProfile>(users.Count);
        foreach (var userId in users)
        {
            list.Add(await profiles.ReadAsync(userId));
        }

        return list;
    }

    public Task<bool> ContainsAsync(string userId, CancellationToken cancellationToken) =>
        journal.AskAsync(log => log.ContainsAsync(userId, cancellationToken));

    public async Task<FeedbackListing> ListFeedbackAsync(
        string? feedbackType, string? cursor, int count, CancellationToken cancellationToken)
    {
        var rows = new List<FeedbackRow>();
        var position = FeedbackCursor.Parse(cursor);
        while (rows.Count < count)
        {
            var users = await UsersFromAsync(position, cancellationToken);
            foreach (var userId in users)
            {
                var skip = userId == position.UserId ? position.Rows : 0;
                var entries = await journal.AskAsync(log => log.ReadAsync(userId, cancellationToken));
                var theirs = FeedbackEntries
                    .RowsOf(userId, entries, new FeedbackFilter(feedbackType, Offset: skip, Count: count - rows.Count + 1), time.GetUtcNow())
                    .ToList();
                var taken = Math.Min(theirs.Count, count - rows.Count);
                rows.AddRange(theirs.Take(taken));
                position = theirs.Count > taken ? new FeedbackCursor(userId, skip + taken, false) : new FeedbackCursor(userId, 0, true);
                if (rows.Count == count)
                {
                    return new FeedbackListing(rows, position.ToString());
                }
            }

            if (users.Count < UsersPerPage)
            {
                return new FeedbackListing(rows, null);
            }

            if (rows.Count > 0)
            {
                break;
            }
        }

        return new FeedbackListing(rows, position.ToString());
    }

    public async Task<FeedbackListing> ListItemFeedbackAsync(
        string itemId, string? feedbackType, string? cursor, int count, CancellationToken cancellationToken)
    {
        var users = await journal.AskAsync(log => log.ListUsersOfItemAsync(itemId, cursor, count, cancellationToken));
        var filter = new FeedbackFilter(feedbackType, itemId, Count: int.MaxValue);
        var rows = new List<FeedbackRow>(users.Count);
        foreach (var some in users.Chunk(ConcurrentReads))
        {
            var journals = await Task.WhenAll(some.Select(userId => journal.AskAsync(log => log.ReadAsync(userId, cancellationToken))));
            rows.AddRange(some.Zip(journals).SelectMany(read => FeedbackEntries.RowsOf(read.First, read.Second, filter, time.GetUtcNow())));
        }

        return new FeedbackListing(rows, users.Count == count ? users[^1] : null);
    }

    public Task<IReadOnlyList<ScoredUser>> NeighborsAsync(string userId, int count, int offset, CancellationToken cancellationToken) =>
        similar.ToAsync(userId, count, offset, cancellationToken);

    /// <summary>The next users, the cursor's own included while some of its rows are to come.</summary>
    private async Task<IReadOnlyList<string>> UsersFromAsync(FeedbackCursor position, CancellationToken cancellationToken)
    {
        var users = await journal.AskAsync(log => log.ListUsersAsync(position.UserId, UsersPerPage, cancellationToken));
        return position is { UserId: { } userId, IsDone: false } ? [userId, .. users] : users;
    }
}

/// <summary>A place in the feedback of all users: a user, and how many of its rows are behind; or all of them.</summary>
internal readonly record struct FeedbackCursor(string? UserId, int Rows, bool IsDone)
{
    private const string Done = "-";

    /// <exception cref="ArgumentException">Not a cursor.</exception>
    public static FeedbackCursor Parse(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
        {
            return new(null, 0, true);
        }

        var colon = cursor.IndexOf(':', StringComparison.Ordinal);
        var (rows, userId) = (cursor[..Math.Max(0, colon)], cursor[(colon + 1)..]);
        return rows == Done ? new(userId, 0, true)
            : int.TryParse(rows, NumberStyles.None, CultureInfo.InvariantCulture, out var behind) ? new(userId, behind, false)
            : throw new ArgumentException("This is not a cursor of the feedback list.", nameof(cursor));
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsDone ? Done : Rows.ToString(CultureInfo.InvariantCulture))}:{UserId}");
}
