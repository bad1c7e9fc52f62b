using Microsoft.Extensions.Options;

namespace RecActors.Ranking;

/// <summary>Says how much work an answer may still take. Thread-safe.</summary>
internal sealed class RankingBudget(IOptions<RankingBudgetOptions> options, TimeProvider time)
{
    /// <param name="askedAt">When the question came, by <see cref="TimeProvider.GetTimestamp"/> of this process.</param>
    public RankingEffort EffortFor(long askedAt)
    {
        var steps = options.Value;
        if (steps.Time <= TimeSpan.Zero)
        {
            return RankingEffort.Full;
        }

        var left = 1 - (time.GetElapsedTime(askedAt) / steps.Time);
        return left < steps.PopularBelow ? RankingEffort.Popular
            : left < steps.WithoutRankerBelow ? RankingEffort.WithoutRanker
            : left < steps.FewerCandidatesBelow ? RankingEffort.FewerCandidates
            : RankingEffort.Full;
    }
}
