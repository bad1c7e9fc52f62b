using Orleans.Concurrency;
using RecActors.Hosting;

namespace RecActors.Ranking;

/// <summary>The turns in which a silo ranks: beside those of its users, as many at a time as it has processors.</summary>
[GrainType("ranking")]
[StatelessWorker]
internal sealed class RankingGrain(RankedAnswers answers) : Grain, IRankingGrain
{
    public Task<RecommendationAnswer> RecommendAsync(SiloLocal<RankingCall> call, CancellationToken cancellationToken) =>
        answers.RecommendAsync(call.Value, cancellationToken);
}
