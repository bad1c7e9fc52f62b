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
/// <param name="User">The user.</param>
/// <param name="Query">What is asked.</param>
/// <param name="NowMs">The time that the answer is for, in Unix milliseconds, UTC.</param>
/// <param name="AskedAt">When the question came to this silo, by its <see cref="TimeProvider.GetTimestamp"/>: its time budget counts from there.</param>
internal sealed record RankingCall(UserContext User, RecommendQuery Query, long NowMs, long AskedAt);
