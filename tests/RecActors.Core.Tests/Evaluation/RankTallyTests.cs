using CsCheck;

namespace RecActors.Evaluation;

public sealed class RankTallyTests
{
    [Fact]
    public void Means_RanksOneThreeAndAMiss_MatchHandComputation()
    {
        var tally = new RankTally();
        tally.Add(1);
        tally.Add(3);
        tally.Add(0);

        Assert.Equal(3, tally.Queries);
        // 1/log2(2) = 1, 1/log2(4) = .5
        Assert.Equal(1.5 / 3, tally.Ndcg(10), 12);
        Assert.Equal(1d / 3, tally.Ndcg(2), 12);
        Assert.Equal(2d / 3, tally.HitRate(10), 12);
        Assert.Equal((1 + (1d / 3)) / 3, tally.ReciprocalRank(50), 12);
    }

    [Fact]
    public void Means_NoQuery_AreZero() => Assert.Equal(0, new RankTally().Ndcg(10));

    [Fact]
    public void Means_AnyRanks_EqualListMetrics() =>
        Gen.Int[0, 30].Array[1, 20].Sample(ranks =>
        {
            var tally = new RankTally();
            var expected = 0d;
            foreach (var rank in ranks)
            {
                tally.Add(rank);
                var list = Enumerable.Range(1, 30).ToArray();
                expected += RankingMetrics.Ndcg<int>(list, new HashSet<int> { rank == 0 ? -1 : rank }, 10);
            }

            Assert.Equal(expected / ranks.Length, tally.Ndcg(10), 12);
        });
}
