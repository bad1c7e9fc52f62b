using RecActors.Items;
using RecActors.Ranking;
using RecActors.Users;

namespace RecActors.Clients;

/// <summary>
/// RecActors as a site uses it, by Orleans or by HTTP: <c>AddRecActorsClient</c> and <c>AddRecActorsHttpClient</c>. Transient failures are
/// tried again; every call may be, since actions carry event ids. Thread-safe.
/// </summary>
public interface IRecActorsClient
{
    /// <summary>
    /// Sends actions of a user and returns when they are durable. Those without an event id get one before the first attempt, so that
    /// no attempt counts twice; those whose time is 0 happen now.
    /// </summary>
    /// <returns>The user version that contains them: from it on, every answer has seen them.</returns>
    /// <exception cref="RecActorsException">They were refused, or whether they are durable is unknown.</exception>
    Task<long> ActAsync(string userId, IReadOnlyList<FeedbackAction> actions, CancellationToken cancellationToken = default);

    /// <summary>What the user wants next, from everything acknowledged before the call.</summary>
    /// <exception cref="RecActorsException">Refused, or no answer.</exception>
    Task<RecommendationAnswer> RecommendAsync(string userId, RecommendQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>What the owner of these actions wants next; nothing is kept.</summary>
    /// <exception cref="RecActorsException">Refused, or no answer.</exception>
    Task<RecommendationAnswer> RecommendToSessionAsync(
        IReadOnlyList<FeedbackAction> session, RecommendQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>Items like this one, best first; none when it is not known.</summary>
    /// <exception cref="RecActorsException">Refused, or no answer.</exception>
    Task<IReadOnlyList<ScoredItem>> NeighborsAsync(string itemId, int count = 10, CancellationToken cancellationToken = default);

    /// <summary>Items whose users grow most in a window (1h, 1d, 1w, or another that is configured; null for a day) against the windows before it, best first.</summary>
    /// <exception cref="RecActorsException">There is no such window, or no answer.</exception>
    Task<IReadOnlyList<ScoredItem>> TrendingAsync(
        string? window = null, int count = 10, string? category = null, CancellationToken cancellationToken = default);

    /// <summary>Creates or replaces an item.</summary>
    /// <exception cref="RecActorsException">Refused, or whether it is written is unknown.</exception>
    Task PutItemAsync(Item item, CancellationToken cancellationToken = default);

    /// <summary>Erases a user with all actions, and refuses what still arrives of the user for the configured time. False when nobody knew the user.</summary>
    /// <exception cref="RecActorsException">Whether the user is deleted is unknown.</exception>
    Task<bool> DeleteUserAsync(string userId, CancellationToken cancellationToken = default);
}
