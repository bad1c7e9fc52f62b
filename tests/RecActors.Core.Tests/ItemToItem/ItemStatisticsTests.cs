using CsCheck;
using RecActors.Feedback;
using RecActors.Interest;

namespace RecActors.ItemToItem;

public sealed class ItemStatisticsTests
{
    private const int Items = 12;

    private static readonly ItemStatisticsOptions Options = new() { TransitionWindow = 3, TransitionDecay = 0.5f, CooccurrenceWindow = 5 };

    private static readonly Gen<(int User, HistoryItem Action)[]> Streams = Gen.Select(
        Gen.Int[0, 3],
        Gen.Int[0, Items - 1],
        Gen.Int[0, 5],
        Gen.Single[0.1f, 1f],
        (user, row, kind, weight) => (User: user, Action: new HistoryItem(row, weight, kind == 0 ? Polarity.Negative : Polarity.Positive, 1000 + row)))
        .Array[0, 60];

    [Fact]
    public void Observe_AnyStream_EqualsTheBatchCount() =>
        Streams.Sample(stream =>
        {
            var statistics = new ItemStatistics(Options);
            Replay(stream, statistics.Observe);
            var batch = new BatchStatistics(Options, Items);
            Replay(stream, batch.Observe);
            AssertEqual(batch, statistics);
        });

    [Fact]
    public void Apply_IncrementsOfUsersInAnotherOrder_GivesTheSameCounts() =>
        Gen.Select(Streams, Gen.Int).Sample((stream, seed) =>
        {
            var inOrder = new ItemStatistics(Options);
            var derived = new List<(List<PairIncrement> Pairs, PopularityIncrement Popularity)>();
            Replay(stream, (history, action) =>
            {
                var pairs = new List<PairIncrement>();
                if (inOrder.Derive(history, action, pairs, out var popularity))
                {
                    derived.Add((pairs, popularity));
                    inOrder.Apply(pairs.ToArray());
                    inOrder.Apply(popularity);
                }
            });

            var shuffled = derived.ToArray();
            new Random(seed).Shuffle(shuffled);
            var another = new ItemStatistics(Options);
            foreach (var (pairs, popularity) in shuffled)
            {
                another.Apply(popularity);
                another.Apply(pairs.ToArray());
            }

            var left = inOrder.Export(Id);
            var right = another.Export(Id);
            Assert.Equal(left.ItemIds, right.ItemIds);
            Assert.Equal(left.Counts, right.Counts);
            Assert.Equal(left.FirstSeenMs, right.FirstSeenMs);
            Assert.Equal(left.PairItems, right.PairItems);
            AssertClose(left.PairValues, right.PairValues);
            AssertClose([.. left.Masses.Select(x => (float)x)], [.. right.Masses.Select(x => (float)x)]);
        });

    [Fact]
    public void Apply_SummedIncrements_EqualsOneByOne()
    {
        var oneByOne = new ItemStatistics(Options);
        var summed = new ItemStatistics(Options);
        oneByOne.Apply([new(1, 2, 1, 1, 1), new(1, 2, 0.5f, 0, 1)]);
        oneByOne.Apply(new PopularityIncrement(2, 1, 7));
        oneByOne.Apply(new PopularityIncrement(2, 1, 5));
        summed.Apply([new(1, 2, 1.5f, 1, 2)]);
        summed.Apply(new PopularityIncrement(2, 2, 5, Events: 2));
        Assert.Equal(oneByOne.Export(Id).PairValues, summed.Export(Id).PairValues);
        Assert.Equal(oneByOne.RecentPopularity(2), summed.RecentPopularity(2), 0.01f);
        Assert.Equal((2, 5), (summed.Count(2), summed.FirstSeenMs(2)));
    }

    [Fact]
    public void RecentPopularity_HalfLifeOfOtherActions_Halves()
    {
        var statistics = new ItemStatistics(Options with { RecentHalfLifeEvents = 100 });
        statistics.Apply(new PopularityIncrement(1, 1, 0));
        Assert.Equal(1, statistics.RecentPopularity(1), 1e-6f);
        for (var i = 0; i < 100; i++)
        {
            statistics.Apply(new PopularityIncrement(2, 1, 0));
        }

        Assert.Equal(0.5f, statistics.RecentPopularity(1), 1e-6f);
        Assert.Equal(0, statistics.RecentPopularity(3));
        Assert.Null(statistics.FirstSeenMs(3));
    }

    [Fact]
    public void Trending_AnyIncrements_IsTheOrderOfRecentPopularity() =>
        Gen.Int[0, 2000].Array[1, 3000].Sample(
            rows =>
            {
                var statistics = new ItemStatistics(Options with { RecentHalfLifeEvents = 50 });
                foreach (var row in rows)
                {
                    statistics.Apply(new PopularityIncrement(row, 1, 0));
                }

                var trending = new int[10];
                var popular = new int[10];
                var count = statistics.Trending(trending);
                Assert.Equal(count, statistics.MostPopular(popular));
                Assert.Equal(Math.Min(10, rows.Distinct().Count()), count);
                Assert.Equal(
                    rows.Distinct().Order().OrderByDescending(row => statistics.Count(row)).Take(10), popular[..count]);
                Assert.Equal(
                    rows.Distinct().Select(row => statistics.RecentPopularity(row)).OrderDescending().Take(10),
                    trending[..count].Select(row => statistics.RecentPopularity(row)));
            },
            iter: 20);

    [Fact]
    public void Derive_NegativeAction_AddsNothing()
    {
        var pairs = new List<PairIncrement>();
        var history = new[] { new HistoryItem(1, 1, Polarity.Positive, 0) };
        Assert.False(new ItemStatistics(Options).Derive(history, new(2, 1, Polarity.Negative, 0), pairs, out _));
        Assert.Empty(pairs);
    }

    [Fact]
    public void Derive_ItemAgain_MakesTransitionsButNoSecondUser()
    {
        var pairs = new List<PairIncrement>();
        HistoryItem[] history = [new(1, 1, Polarity.Positive, 0), new(2, 1, Polarity.Positive, 0)];
        Assert.True(new ItemStatistics(Options).Derive(history, new(2, 0.5f, Polarity.Positive, 9), pairs, out var popularity));
        Assert.Equal([new PairIncrement(1, 2, 0.5f, 0.5f, 0)], pairs);
        Assert.Equal(new PopularityIncrement(2, 0, 9), popularity);
    }

    [Fact]
    public void Neighbors_ItemsActedOnTogether_BestFirst()
    {
        var statistics = new ItemStatistics(Options);
        for (var user = 0; user < 4; user++)
        {
            Replay([(user, Liked(1)), (user, Liked(2)), (user, Liked(user < 2 ? 3 : 4 + user))], statistics.Observe);
        }

        var rows = new int[8];
        var scores = new float[8];
        Assert.Equal(4, statistics.Neighbors(1, rows, scores));
        Assert.Equal([2, 3, 6, 7], rows[..4]);
        Assert.True(scores[0] > scores[1] && scores[1] > scores[2]);
        Assert.Equal(3, statistics.Neighbors(1, rows, scores, accepts: row => row != 2));
        Assert.Equal(0, statistics.Neighbors(99, rows, scores));
    }

    private static HistoryItem Liked(int row) => new(row, 1, Polarity.Positive, 0);

    private static string Id(int row) => $"item{row:00}";

    private static void Replay(IEnumerable<(int User, HistoryItem Action)> stream, Observer observe)
    {
        var users = new Dictionary<int, UserHistory>();
        foreach (var (user, action) in stream)
        {
            if (!users.TryGetValue(user, out var history))
            {
                users[user] = history = new UserHistory();
            }

            observe(history.NewestFirst.AsSpan(), action);
            history.Add(action);
        }
    }

    private static void AssertEqual(BatchStatistics batch, ItemStatistics statistics)
    {
        HistoryItem[] history = [.. Enumerable.Range(0, Items).Select(Liked)];
        var scores = new ItemToItemScores();
        var lookup = new ItemToItemLookup { TransitionDepth = 7, CooccurrenceDepth = 9 };
        statistics.Accumulate(history, lookup, scores);
        for (var row = 0; row < Items; row++)
        {
            Assert.Equal(batch.Counts[row], statistics.Count(row));
            foreach (var signal in Enum.GetValues<ItemToItemSignal>())
            {
                Assert.Equal(batch.Score(signal, history, row, lookup), scores[signal, row], 1e-4);
            }
        }
    }

    private static void AssertClose(float[] left, float[] right) =>
        Assert.All(left.Zip(right), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));

    private delegate void Observer(ReadOnlySpan<HistoryItem> newestFirst, HistoryItem action);
}
