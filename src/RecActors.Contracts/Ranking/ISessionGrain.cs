using RecActors.Users;

namespace RecActors.Ranking;

/// <summary>Recommends to a session that no user owns: the actions come with the call and are kept nowhere. A stateless worker: any key does.</summary>
[Alias("recactors.session"), GrainInterfaceType("recactors.session")]
public interface ISessionGrain : IGrainWithIntegerKey
{
    [Alias("recommend")]
    Task<RecommendationAnswer> RecommendAsync(FeedbackBatch session, RecommendQuery query, CancellationToken cancellationToken = default);
}
