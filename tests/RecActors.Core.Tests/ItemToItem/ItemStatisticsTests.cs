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
    public void Count_ActionsInAnyOrderAndInOtherRows_GivesTheSameToTheLastBit() =>
        Gen.Select(Streams, Gen.Int).Sample((stream, seed) =>
        {
            var inOrder = new ItemStatistics(Options with { RecentHalfLifeEvents = 3 });
            var counted = new List<(ItemAction Action, int[] Sources, long Stamp)>();
            Replay(stream, (history, action) =>
            {
                var sources = new List<int>();
                if (inOrder.TryReduce(history, action, sources, out var reduced))
                {
                    inOrder.Count(reduced, sources.ToArray());
                    counted.Add((reduced, [.. sources], inOrder.CountRecent(reduced.Row)));
                }
            });

            var shuffled = counted.ToArray();
            new Random(seed).Shuffle(shuffled);
            var another = new ItemStatistics(inOrder.Options, Comparer<int>.Create((left, right) => right.CompareTo(left)));
            foreach (var (action, sources, stamp) in shuffled)
            {
                another.CountRecent(Other(action.Row), stamp);
                another.Count(action with { Row = Other(action.Row) }, Array.ConvertAll(sources, Other));
            }

            var left = inOrder.Export(Id);
            var right = another.Export(row => Id(Other(row)));
            Assert.Equal(left.ItemIds, right.ItemIds);
            Assert.Equal(left.Counts, right.Counts);
            Assert.Equal(left.RecentPopularities, right.RecentPopularities);
            Assert.Equal(left.FirstSeenMs, right.FirstSeenMs);
            Assert.Equal(left.PairItems, right.PairItems);
            Assert.Equal(left.PairValues, right.PairValues);
            Assert.Equal(left.Masses, right.Masses);
            Assert.Equal(Trending(inOrder), Array.ConvertAll(Trending(another), Other));
        });

    [Fact]
    public void ImportRecency_OfAnotherReplica_GoesOnAsThatOne()
    {
        var first = new ItemStatistics(Options with { RecentHalfLifeEvents = 5 });
        var second = new ItemStatistics(first.Options);
        var random = new Random(3);
        for (var i = 0; i < 100; i++)
        {
            second.CountRecent(i % Items);
        }

        for (var i = 0; i < 1000; i++)
        {
            first.CountRecent(random.Next(i / 100, Items));
        }

        second.ImportRecency(first.ExportRecency(Id), id => int.Parse(id[4..]));
        for (var i = 0; i < 50; i++)
        {
            second.CountRecent(i % 3, first.CountRecent(i % 3));
            Assert.All(Enumerable.Range(0, Items), row => Assert.Equal(first.RecentPopularity(row), second.RecentPopularity(row)));
            Assert.Equal(Trending(first), Trending(second));
        }
    }

    [Fact]
    public void RecentPopularity_HalfLifeOfOtherActions_Halves()
    {
        var statistics = new ItemStatistics(Options with { RecentHalfLifeEvents = 100 });
        statistics.Observe([], Liked(1));
        Assert.Equal(1, statistics.RecentPopularity(1), 1e-6f);
        for (var i = 0; i < 100; i++)
        {
            statistics.Observe([], Liked(2));
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
                    statistics.Observe([], Liked(row));
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
    public void TryReduce_OfAHistory_IsThatOfItsSnapshot() =>
        Gen.Select(Streams, Gen.Int[1, 6], Gen.Int).Sample((stream, window, seed) =>
        {
            var (statistics, history, random) = (new ItemStatistics(Options), new UserHistory(window), new Random(seed));
            foreach (var (_, action) in stream)
            {
                var (ofHistory, ofSnapshot) = (new List<int>(), new List<int>());
                Assert.Equal(
                    statistics.TryReduce(history.NewestFirst.AsSpan(), action, ofSnapshot, out var expected),
                    statistics.TryReduce(history, action, ofHistory, out var reduced));
                Assert.Equal(expected, reduced);
                Assert.Equal(ofSnapshot, ofHistory);

                // Types, so that an item has several actions, and some of them are taken back.
                var operation = random.Next(4) == 0 ? FeedbackOperation.Remove : FeedbackOperation.Set;
                history.Apply(action.Row, random.Next(2) == 0 ? "view" : "buy", operation, new ActionSignal(action.Polarity, action.Weight), action.TimestampMs);
            }
        });

    [Fact]
    public void TryReduce_NegativeAction_CountsNothing()
    {
        var sources = new List<int>();
        var history = new[] { new HistoryItem(1, 1, Polarity.Positive, 0) };
        Assert.False(new ItemStatistics(Options).TryReduce(history, new(2, 1, Polarity.Negative, 0), sources, out _));
        Assert.Empty(sources);
    }

    [Fact]
    public void TryReduce_ItemAgain_IsARepeatOfTheSameUser()
    {
        var sources = new List<int>();
        HistoryItem[] history = [new(1, 1, Polarity.Positive, 0), new(2, 1, Polarity.Positive, 0)];
        Assert.True(new ItemStatistics(Options).TryReduce(history, new(2, 0.5f, Polarity.Positive, 9), sources, out var counted));
        Assert.Equal([1], sources);
        Assert.Equal(new ItemAction(2, 0.5f, IsRepeat: true, 9), counted);
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

    private static int Other(int row) => Items - row;

    private static int[] Trending(ItemStatistics statistics)
    {
        var rows = new int[Items];
        return rows[..statistics.Trending(rows)];
    }

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
        foreach (var (transitions, cooccurrences) in ((int, int)[])[(7, 9), (7, int.MaxValue), (int.MaxValue, int.MaxValue)])
        {
            var scores = new ItemToItemScores();
            var lookup = new ItemToItemLookup { TransitionDepth = transitions, CooccurrenceDepth = cooccurrences };
            statistics.Accumulate(history, lookup, scores);
            for (var row = 0; row < Items; row++)
            {
                Assert.Equal(batch.Counts[row], statistics.Count(row));
                foreach (var signal in Enum.GetValues<ItemToItemSignal>())
                {
                    Assert.Equal(batch.Score(signal, history, row, lookup), scores[signal, row], 1e-3);
                }
            }
        }
    }

    private delegate void Observer(ReadOnlySpan<HistoryItem> newestFirst, HistoryItem action);
}
