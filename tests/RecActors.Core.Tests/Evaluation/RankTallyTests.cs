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
    public void Means_SeveralRelevantItems_CountThemAllAndTheFirstForHitsAndRank()
    {
        var tally = new RankTally();
        tally.Add([4, 2], relevant: 3);

        Assert.Equal((1 / Math.Log2(3)) / (1 + (1 / Math.Log2(3))), tally.Ndcg(2), 12);
        Assert.Equal(((1 / Math.Log2(3)) + (1 / Math.Log2(5))) / (1 + (1 / Math.Log2(3)) + .5), tally.Ndcg(10), 12);
        Assert.Equal((0, 1), (tally.HitRate(1), tally.HitRate(2)));
        Assert.Equal(.5, tally.ReciprocalRank(10));
    }

    [Fact]
    public void Means_AnyLists_EqualListMetrics() =>
        Gen.Select(Gen.Shuffle(Enumerable.Range(1, 30).ToArray()), Gen.Int[1, 8], Gen.Int[0, 5]).Sample((items, found, missed) =>
        {
            var tally = new RankTally();
            int[] ranks = [.. items.Take(found)];
            tally.Add(ranks, found + missed);

            var relevant = ranks.Concat(Enumerable.Range(100, missed)).ToHashSet();
            int[] list = [.. Enumerable.Range(1, 30)];
            Assert.Equal(RankingMetrics.Ndcg<int>(list, relevant, 10), tally.Ndcg(10), 12);
            Assert.Equal(RankingMetrics.HitRate<int>(list, relevant, 10), tally.HitRate(10), 12);
            Assert.Equal(RankingMetrics.ReciprocalRank<int>(list, relevant), tally.ReciprocalRank(30), 12);
        });

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
