namespace RecActors.Users;

/// <summary>What a site says about a user, beside the actions.</summary>
[GenerateSerializer, Immutable, Alias("recactors.user-profile")]
public sealed record UserProfile(
    [property: Id(0)] string UserId,
    [property: Id(1)] string? LabelsJson = null,
    [property: Id(2)] string? Comment = null);

/// <summary>Everything that is stored of a user: the profile and every action in its order, those taken back and their removals included.</summary>
[GenerateSerializer, Immutable, Alias("recactors.user-export")]
public sealed record UserExport(
    [property: Id(0)] UserProfile Profile,
    [property: Id(1)] IReadOnlyList<FeedbackAction> Actions);

/// <summary>A change of a profile; null leaves a part as it is.</summary>
[GenerateSerializer, Immutable, Alias("recactors.user-patch")]
public sealed record UserPatch([property: Id(0)] string? LabelsJson = null, [property: Id(1)] string? Comment = null);

/// <summary>A user's state for people: what was acted on last, by name, and what it adds up to.</summary>
[GenerateSerializer, Immutable, Alias("recactors.user-taste")]
public sealed record UserTaste(
    [property: Id(0)] string UserId,
    [property: Id(1)] long UserVersion,
    [property: Id(2)] long ModelVersion,
    [property: Id(3)] IReadOnlyList<TasteItem> RecentItems,
    [property: Id(4)] IReadOnlyList<TasteCategory> Categories,
    [property: Id(5)] IReadOnlyList<float> Interest,
    [property: Id(6)] bool MayBeStale = false);

/// <summary>A recent item of a user, newest first.</summary>
[GenerateSerializer, Immutable, Alias("recactors.taste-item")]
public readonly record struct TasteItem(
    [property: Id(0)] string ItemId,
    [property: Id(1)] string? Name,
    [property: Id(2)] float Weight,
    [property: Id(3)] long TimestampMs);

/// <summary>A category and its recency-weighted share of the user's history, in [0, 1].</summary>
[GenerateSerializer, Immutable, Alias("recactors.taste-category")]
public readonly record struct TasteCategory([property: Id(0)] string Category, [property: Id(1)] float Share);

/// <summary>Lists users and feedback over all users. A stateless worker: any key does.</summary>
[Alias("recactors.user-directory"), GrainInterfaceType("recactors.user-directory")]
public interface IUserDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>Profiles in ordinal order of their ids, after <paramref name="afterUserId"/>.</summary>
    [Alias("users")]
    Task<IReadOnlyList<UserProfile>> ListUsersAsync(string? afterUserId, int count, CancellationToken cancellationToken = default);

    /// <summary>True when the user has a profile or an action.</summary>
    [Alias("contains")]
    Task<bool> ContainsAsync(string userId, CancellationToken cancellationToken = default);

    /// <summary>Feedback rows of all users, in the order of user ids, after the cursor; null cursor for the first page.</summary>
    [Alias("feedback")]
    Task<FeedbackListing> ListFeedbackAsync(string? feedbackType, string? cursor, int count, CancellationToken cancellationToken = default);

    /// <summary>
    /// Feedback rows on an item, of up to <paramref name="count"/> users after the cursor; null cursor for the first page. A page may be
    /// empty and not the last. Sees every action acknowledged before the call.
    /// </summary>
    [Alias("item-feedback")]
    Task<FeedbackListing> ListItemFeedbackAsync(
        string itemId, string? feedbackType, string? cursor, int count, CancellationToken cancellationToken = default);

    /// <summary>Users who like what this one likes, best first, from everything acknowledged before the call.</summary>
    [Alias("neighbors")]
    Task<IReadOnlyList<ScoredUser>> NeighborsAsync(string userId, int count, int offset, CancellationToken cancellationToken = default);
}

/// <summary>A user of a list, with the score there.</summary>
[GenerateSerializer, Immutable, Alias("recactors.scored-user")]
public readonly record struct ScoredUser([property: Id(0)] string UserId, [property: Id(1)] double Score);

/// <summary>A page of feedback over all users; the cursor is null at the end.</summary>
[GenerateSerializer, Immutable, Alias("recactors.feedback-listing")]
public sealed record FeedbackListing([property: Id(0)] IReadOnlyList<FeedbackRow> Rows, [property: Id(1)] string? NextCursor);
