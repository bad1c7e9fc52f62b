using System.Runtime.InteropServices;
using CsCheck;

namespace RecActors.ItemToItem;

public sealed class ItemStatisticsLimitsTests
{
    [Fact]
    public void Apply_AnyPairs_NeverHoldsMoreThanTheLimits() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 60], Gen.Single[0.1f, 3f]).Array[1, 2000].Sample(
            added =>
            {
                var statistics = new ItemStatistics(new ItemStatisticsOptions { MaxPairsPerItem = 8, MaxPairs = 150 });
                foreach (var (source, target, weight) in added)
                {
                    statistics.Apply([new PairIncrement(source, target, weight, 0, 1)]);
                    Assert.InRange(statistics.PairCount, 0, 150);
                }

                var state = statistics.Export(row => $"{row:00}");
                Assert.Equal(statistics.PairCount, state.PairItems.Length);
                Assert.All(Enumerable.Range(0, state.ItemIds.Length), i => Assert.InRange(state.PairOffsets[i + 1] - state.PairOffsets[i], 0, 8));
            },
            iter: 20);

    [Fact]
    public void Apply_RowOverItsLimit_KeepsTheStrongest()
    {
        var statistics = new ItemStatistics(new ItemStatisticsOptions { MaxPairsPerItem = 10 });
        for (var target = 1; target <= 11; target++)
        {
            statistics.Apply([new PairIncrement(0, target, 1, 0, target)]);
        }

        var rows = new int[20];
        var count = statistics.Neighbors(0, rows, new float[20]);
        Assert.Equal([11, 10, 9, 8, 7], rows[..count]);
    }

    [Fact]
    public void Apply_OverTheBudget_DropsTheWeakestOfAllItems()
    {
        var statistics = new ItemStatistics(new ItemStatisticsOptions { MaxPairs = 400 });
        for (var source = 0; source < 100; source++)
        {
            statistics.Apply([new PairIncrement(source, 1000 + source, 10, 0, 10)]);
        }

        for (var source = 0; source < 1000; source++)
        {
            statistics.Apply([new PairIncrement(2000 + source, 4000 + source, 1, 0, 1)]);
        }

        var rows = new int[1];
        Assert.All(Enumerable.Range(0, 100), source => Assert.Equal(1, statistics.Neighbors(source, rows, new float[1])));
        Assert.InRange(statistics.PairCount, 380, 400);
    }

    [Fact]
    public void Apply_PairThatGaveWay_StillCountsInTheProbability()
    {
        var statistics = new ItemStatistics(new ItemStatisticsOptions { MaxPairsPerItem = 2 });
        statistics.Apply([new(0, 1, 1, 1, 1), new(0, 2, 1, 1, 1), new(0, 3, 2, 1, 1)]);
        var scores = new ItemToItemScores();
        statistics.Accumulate([new(0, 1, Feedback.Polarity.Positive, 0)], ItemToItemLookup.Default, scores);
        Assert.Equal([3], scores.Touched.ToArray());
        Assert.Equal(0.5f, scores[ItemToItemSignal.TransitionFast, 3]);
    }

    [Fact]
    public async Task Apply_ManyThreadsUnderPressure_KeepsItsBooks()
    {
        var statistics = new ItemStatistics(new ItemStatisticsOptions { MaxPairsPerItem = 20, MaxPairs = 2000 });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            var random = new Random(worker);
            var increments = new List<PairIncrement>();
            var scores = new ItemToItemScores();
            for (var i = 0; i < 2000; i++)
            {
                increments.Clear();
                var target = random.Next(300);
                for (var k = 0; k < 10; k++)
                {
                    increments.Add(new PairIncrement(random.Next(300), target, 1, 1, 1));
                }

                statistics.Apply(CollectionsMarshal.AsSpan(increments));
                statistics.Count(new ItemAction(target, 1, IsRepeat: false, i), []);
                scores.Clear();
                statistics.Accumulate([new(target, 1, Feedback.Polarity.Positive, 0)], ItemToItemLookup.Default, scores);
            }
        })));

        var state = statistics.Export(row => $"{row:000}");
        Assert.Equal(statistics.PairCount, state.PairItems.Length);
        Assert.InRange(statistics.PairCount, 1, 2000);
        Assert.Equal(8000, state.Counts.Sum());
        Assert.Equal(80_000, state.Masses.Where((_, i) => i % 3 == 0).Sum());
    }
}
