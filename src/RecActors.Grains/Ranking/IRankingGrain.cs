using RecActors.Hosting;

namespace RecActors.Ranking;

/// <summary>Answers with one model. A stateless worker of this silo; key 0.</summary>
[Alias("recactors.ranking"), GrainInterfaceType("recactors.ranking")]
internal interface IRankingGrain : IGrainWithIntegerKey
{
    [Alias("recommend")]
    Task<RecommendationAnswer> RecommendAsync(SiloLocal<RankingCall> call, CancellationToken cancellationToken = default);
}

/// <summary>A question about a user, at a time.</summary>
internal sealed record RankingCall(UserContext User, RecommendQuery Query, long NowMs);
