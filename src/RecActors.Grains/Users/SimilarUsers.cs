using RecActors.Feedback;
using RecActors.Journal;

namespace RecActors.Users;

/// <summary>
/// Users who like what a user likes, as of now: those who share the user's latest items, by the cosine of the two sets of items (Sarwar
/// et al., "Item-based collaborative filtering recommendation algorithms", WWW 2001, with users and items exchanged). Thread-safe.
/// </summary>
internal sealed class SimilarUsers(IUserJournal journal, FeedbackPolicy policy)
{
    /// <summary>The user's latest items whose other users are looked up.</summary>
    private const int ItemsLookedUp = 50;

    /// <summary>Users looked up of one item: who shares only what everybody has is no neighbour.</summary>
    private const int UsersOfAnItem = 500;

    /// <summary>Journals that are read beside the answer's own, of those who share most.</summary>
    private const int SpareCandidates = 100;

    private const int ConcurrentReads = 16;

    /// <summary>The most similar users, best first; scores in (0, 1]. None for a user who likes nothing yet.</summary>
    public async Task<IReadOnlyList<ScoredUser>> ToAsync(string userId, int count, int offset, CancellationToken cancellationToken)
    {
        var liked = await LikedByAsync(userId, cancellationToken);
        var shared = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var itemId in liked.Take(ItemsLookedUp))
        {
            var users = await journal.AskAsync(log => log.ListUsersOfItemAsync(itemId, null, UsersOfAnItem, cancellationToken));

            // A rare item says more of a user than one that all have.
            var weight = 1 / Math.Log2(1 + users.Count);
            foreach (var other in users.Where(other => other != userId))
            {
                shared[other] = shared.GetValueOrDefault(other) + weight;
            }
        }

        var candidates = shared.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(offset + count + SpareCandidates).Select(pair => pair.Key);
        var set = liked.ToHashSet(StringComparer.Ordinal);
        var scored = new List<ScoredUser>();
        foreach (var some in candidates.Chunk(ConcurrentReads))
        {
            scored.AddRange(await Task.WhenAll(some.Select(other => CompareAsync(set, other, cancellationToken))));
        }

        return
        [
            .. scored.Where(user => user.Score > 0)
                .OrderByDescending(user => user.Score).ThenBy(user => user.UserId, StringComparer.Ordinal)
                .Skip(offset).Take(count),
        ];
    }

    private async Task<ScoredUser> CompareAsync(HashSet<string> liked, string userId, CancellationToken cancellationToken)
    {
        var theirs = await LikedByAsync(userId, cancellationToken);
        var common = theirs.Count(liked.Contains);
        return new ScoredUser(userId, common == 0 ? 0 : common / Math.Sqrt((double)liked.Count * theirs.Count));
    }

    /// <summary>The distinct items of the user's positive rows, the latest first.</summary>
    private async Task<List<string>> LikedByAsync(string userId, CancellationToken cancellationToken)
    {
        var entries = await journal.AskAsync(log => log.ReadAsync(userId, cancellationToken));
        return
        [
            .. FeedbackFold.Rows(entries.Where(entry => entry.Operation != FeedbackOperation.Show))
                .Where(row => policy.SignalOf(row.Type, row.Value).Polarity == Polarity.Positive)
                .Select(row => row.ItemId)
                .Distinct(StringComparer.Ordinal),
        ];
    }
}
