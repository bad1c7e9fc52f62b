using CsCheck;

namespace RecActors.Evaluation;

public sealed class RankingMetricsTests
{
    // Hits at ranks 2 and 5; one relevant item ("z") is never found.
    private static readonly string[] Ranked = ["a", "b", "c", "d", "e"];
    private static readonly HashSet<string> Relevant = ["b", "e", "z"];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1 / 3d)]
    [InlineData(5, 2 / 3d)]
    [InlineData(50, 2 / 3d)]
    public void Recall_TwoOfThreeFound_IsHitsOverRelevant(int k, double expected) =>
        Assert.Equal(expected, RankingMetrics.Recall<string>(Ranked, Relevant, k), 12);

    [Theory]
    [InlineData(1, 0)]
    // 1/log2(3) = 0.63092975; ideal of two hits 1 + 0.63092975
    [InlineData(2, 0.38685280723454163)]
    // (0.63092975 + 1/log2(6) = 0.38685281) / (1 + 0.63092975 + 0.5)
    [InlineData(5, 0.4776237035032179)]
    public void Ndcg_IdealCutAtKAndRelevantCount_MatchesHandComputation(int k, double expected) =>
        Assert.Equal(expected, RankingMetrics.Ndcg<string>(Ranked, Relevant, k), 9);

    [Fact]
    public void Ndcg_AllRelevantOnTop_IsOne() =>
        Assert.Equal(1, RankingMetrics.Ndcg<string>(["b", "z", "e", "a"], Relevant, 10), 12);

    [Fact]
    public void HitRate_FirstHitAtRankTwo_StepsFromZeroToOne()
    {
        Assert.Equal(0, RankingMetrics.HitRate<string>(Ranked, Relevant, 1));
        Assert.Equal(1, RankingMetrics.HitRate<string>(Ranked, Relevant, 2));
    }

    [Fact]
    public void ReciprocalRank_FirstHitAtRankTwo_IsOneHalf()
    {
        Assert.Equal(.5, RankingMetrics.ReciprocalRank<string>(Ranked, Relevant));
        Assert.Equal(0, RankingMetrics.ReciprocalRank<string>(["x"], Relevant));
    }

    [Fact]
    public void Metrics_NothingRelevant_Throw()
    {
        Assert.Throws<ArgumentException>(() => RankingMetrics.Recall<string>(Ranked, new HashSet<string>(), 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => RankingMetrics.Ndcg<string>(Ranked, Relevant, 0));
    }

    [Fact]
    public void Coverage_ThreeDistinctOfSix_IsOneHalf() =>
        Assert.Equal(.5, RankingMetrics.Coverage<int>([[1, 2], [2, 3]], 6));

    [Fact]
    public void IntraListDiversity_TwoEqualOneOrthogonal_IsMeanOverPairs() =>
        // pairs: (a,a') 0, (a,b) 1, (a',b) 1
        Assert.Equal(2 / 3d, RankingMetrics.IntraListDiversity([1, 0, 2, 0, 0, 3], 2), 6);

    [Fact]
    public void IntraListDiversity_OppositeVectors_IsTwo() =>
        Assert.Equal(2, RankingMetrics.IntraListDiversity([1, 1, -1, -1], 2), 6);

    [Fact]
    public void IntraListDiversity_OneItem_IsZero() =>
        Assert.Equal(0, RankingMetrics.IntraListDiversity([1, 0], 2));

    [Fact]
    public void Metrics_AnyList_StayInTheUnitInterval() =>
        Gen.Select(Gen.Int[0, 20].HashSet[1, 10], Gen.Int[0, 30].HashSet[0, 30], Gen.Int[1, 40]).Sample((relevant, ranked, k) =>
        {
            int[] list = [.. ranked];
            double[] values =
            [
                RankingMetrics.Recall<int>(list, relevant, k),
                RankingMetrics.Ndcg<int>(list, relevant, k),
                RankingMetrics.HitRate<int>(list, relevant, k),
                RankingMetrics.ReciprocalRank<int>(list, relevant),
            ];
            return values.All(value => value is >= 0 and <= 1 + 1e-12);
        });
}
