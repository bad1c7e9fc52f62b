using System.Collections.Concurrent;
using RecActors.Hosting;
using RecActors.Ranking;

namespace RecActors.Users;

/// <summary>
/// The last answers of this silo's users, by user. Only where no other silo can own a user: in a cluster each answer asks the journal first
/// whether this one still does. Thread-safe.
/// </summary>
internal sealed class KeptAnswers(MembershipLease lease) : IKeptAnswers
{
    private readonly ConcurrentDictionary<string, LastAnswer> _byUser = new(StringComparer.Ordinal);

    public bool HasAny => lease.IsAlone && !_byUser.IsEmpty;

    public KeptAnswer? Find(string userId, RecommendQuery query)
    {
        var kept = _byUser.TryGetValue(userId, out var last) ? last.For(query) : null;
        if (kept is not null)
        {
            UserTelemetry.Answered(reused: true);
        }

        return kept;
    }

    /// <summary>Shows a user's answers from now on.</summary>
    public void Add(string userId, LastAnswer last)
    {
        if (lease.IsAlone)
        {
            _byUser[userId] = last;
        }
    }

    /// <summary>The user's activation goes away; a successor's answers stay.</summary>
    public void Remove(string userId, LastAnswer last) => _byUser.TryRemove(new(userId, last));
}
