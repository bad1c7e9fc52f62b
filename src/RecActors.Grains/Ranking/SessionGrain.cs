using Orleans.Concurrency;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Users;

namespace RecActors.Ranking;

/// <summary>Answers a session as if its actions were a user's journal; keeps and counts nothing of it.</summary>
[GrainType("session")]
[StatelessWorker]
internal sealed class SessionGrain(CatalogReplica catalog, FeedbackPolicy policy, ISiloReadiness readiness, LocalRanking ranking, TimeProvider time)
    : Grain, ISessionGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken) => readiness.WaitUntilStartedAsync(cancellationToken);

    public Task<RecommendationAnswer> RecommendAsync(FeedbackBatch session, RecommendQuery query, CancellationToken cancellationToken)
    {
        var askedAt = time.GetTimestamp();
        var entries = FeedbackEntries.Of(session);
        var state = new UserState(catalog, policy, Math.Max(1, entries.Length));
        foreach (var entry in entries)
        {
            // An id that nobody knows would take a row for good, in exchange for nothing.
            if (catalog.TryGetRow(entry.ItemId, out _))
            {
                state.Replay(entry);
            }
        }

        var user = new UserContext
        {
            UserId = "",
            UserVersion = state.Version,
            History = state.History.NewestFirst.AsMemory(),
            Seen = state.History.Seen,
        };
        var nowMs = query.TimestampMs != 0 ? query.TimestampMs : time.GetUtcNow().ToUnixTimeMilliseconds();
        return ranking.RecommendAsync(new RankingCall(user, query, nowMs, askedAt), cancellationToken);
    }
}
