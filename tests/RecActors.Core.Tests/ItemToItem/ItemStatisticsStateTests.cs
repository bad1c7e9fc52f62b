using RecActors.Feedback;
using RecActors.Interest;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.ItemToItem;

public sealed class ItemStatisticsStateTests
{
    [Fact]
    public void Import_OtherRows_ScoresTheSame()
    {
        var original = Filled();
        var copy = new ItemStatistics(new ItemStatisticsOptions());
        copy.Apply([new PairIncrement(1, 2, 9, 9, 9)]);
        copy.Import(Copy(original.Export(Id)), id => 1000 - int.Parse(id));

        var left = new ItemToItemScores();
        var right = new ItemToItemScores();
        original.Accumulate([Liked(3), Liked(5)], ItemToItemLookup.Default, left);
        copy.Accumulate([Liked(997), Liked(995)], ItemToItemLookup.Default, right);
        Assert.NotEmpty(left.Touched.ToArray());
        foreach (var row in left.Touched)
        {
            Assert.All(Enum.GetValues<ItemToItemSignal>(), signal => Assert.Equal(left[signal, row], right[signal, 1000 - row], 1e-6f));
            Assert.Equal(original.RecentPopularity(row), copy.RecentPopularity(1000 - row), 1e-4f);
            Assert.Equal(original.FirstSeenMs(row), copy.FirstSeenMs(1000 - row));
        }

        Assert.Equal(original.PairCount, copy.PairCount);
    }

    [Fact]
    public void Write_SameCountsInOtherRows_SameBytes()
    {
        var original = Filled();
        var copy = new ItemStatistics(new ItemStatisticsOptions());
        copy.Import(original.Export(Id), id => 1000 - int.Parse(id));
        var state = original.Export(Id);
        var again = copy.Export(row => Id(1000 - row));
        Assert.Equal(Bytes(state with { RecentPopularities = [] }), Bytes(again with { RecentPopularities = [] }));
    }

    [Fact]
    public void Export_WithPauses_SameStateAndRecency()
    {
        var (statistics, pauses) = (Filled(), 0);

        var state = statistics.Export(Id, () => pauses++);
        Assert.True(pauses >= state.ItemIds.Length);
        Assert.Equal(Bytes(statistics.Export(Id)), Bytes(state));
        var (recency, paced) = (statistics.ExportRecency(Id), statistics.ExportRecency(Id, () => pauses++));
        Assert.Equal((recency.Clock, recency.ItemIds, recency.LastEpochs, recency.Sums), (paced.Clock, paced.ItemIds, paced.LastEpochs, paced.Sums), Same);
        Assert.NotEmpty(recency.ItemIds);

        static bool Same((long, string[], int[], long[]) x, (long, string[], int[], long[]) y) =>
            x.Item1 == y.Item1 && x.Item2.SequenceEqual(y.Item2) && x.Item3.SequenceEqual(y.Item3) && x.Item4.SequenceEqual(y.Item4);
    }

    [Fact]
    public void Export_ItIsCountedMeanwhile_EveryItemsPairsInOrderAndWithoutGaps()
    {
        // Of few pairs, so that some give way while others are copied.
        var statistics = new ItemStatistics(new ItemStatisticsOptions { MaxPairs = 1_000 });
        var random = new Random(7);
        Act(500);

        var state = statistics.Export(Id, () => Act(5));

        Assert.Equal(state.PairItems.Length, state.PairOffsets[^1]);
        Assert.Equal(state.PairItems.Length * PairRow.Width, state.PairValues.Length);
        for (var item = 0; item < state.ItemIds.Length; item++)
        {
            var others = state.PairItems[state.PairOffsets[item]..state.PairOffsets[item + 1]];
            Assert.Equal(others.Distinct().Order(), others);
            Assert.All(others, other => Assert.InRange(other, 0, state.ItemIds.Length - 1));
        }

        Assert.NotEmpty(state.PairItems);

        void Act(int times)
        {
            for (; times > 0; times--)
            {
                statistics.Observe([Liked(random.Next(200)), Liked(random.Next(200)), Liked(random.Next(200))], Liked(random.Next(200)));
            }
        }
    }

    [Fact]
    public void Export_GivenUpWhileItPauses_Ends() => Assert.Throws<OperationCanceledException>(
        () => Filled().Export(Id, new Threads.PacedWork(new CancellationToken(canceled: true)).Pause));

    [Fact]
    public void Read_CutOffAnywhere_IsRefused()
    {
        var bytes = Bytes(Filled().Export(Id));
        for (var length = 0; length < bytes.Length; length += 97)
        {
            Assert.Throws<InvalidDataException>(() => ItemStatisticsState.Read(new BinaryReader(new MemoryStream(bytes[..length]))));
        }
    }

    [Fact]
    public void Top_AnySignal_BestFirstWithoutTheRefused()
    {
        var statistics = Filled();
        var scores = new ItemToItemScores();
        statistics.Accumulate([Liked(3)], ItemToItemLookup.Default, scores);
        var rows = new int[5];
        var count = scores.Top(ItemToItemSignal.CooccurrenceSlow, rows, row => row % 2 == 0);
        var expected = scores.Touched.ToArray()
            .Where(row => row % 2 == 0 && scores[ItemToItemSignal.CooccurrenceSlow, row] > 0)
            .OrderByDescending(row => scores[ItemToItemSignal.CooccurrenceSlow, row])
            .ThenBy(row => row)
            .Take(5);
        Assert.Equal(expected, rows[..count]);
        scores.Clear();
        Assert.Empty(scores.Touched.ToArray());
        Assert.Equal(0, scores[ItemToItemSignal.CooccurrenceSlow, rows[0]]);
    }

    [Theory]
    [InlineData(0, 30, 20)]
    [InlineData(1, 30, 20)]
    [InlineData(7, 30, 20)]
    [InlineData(500, 30, 20)]
    [InlineData(1, 2_000, 2_500)]
    [InlineData(7, 2_000, 2_500)]
    [InlineData(20, 2_000, 2_500)]
    public void CollectTop_BothSignals_AreTheListsOfEachAlone(int count, int items, int users)
    {
        var statistics = Filled(items, users);
        var scores = new ItemToItemScores();
        statistics.Accumulate([Liked(3), Liked(5), Liked(8)], ItemToItemLookup.Default, scores);
        var (transitions, cooccurrences) = (new BestRows(), new BestRows());

        scores.CollectTop(count, new PredicateRows(row => row % 3 != 0), transitions, cooccurrences);

        Assert.Equal(Alone(ItemToItemSignal.TransitionSlow), transitions.ToSortedArray().Select(hit => hit.Row));
        Assert.Equal(Alone(ItemToItemSignal.CooccurrenceSlow), cooccurrences.ToSortedArray().Select(hit => hit.Row));

        int[] Alone(ItemToItemSignal signal)
        {
            var rows = new int[count];
            return rows[..scores.Top(signal, rows, row => row % 3 != 0)];
        }
    }

    private static ItemStatistics Filled(int items = 30, int users = 20)
    {
        var statistics = new ItemStatistics(new ItemStatisticsOptions());
        var random = new Random(4);
        for (var user = 0; user < users; user++)
        {
            var history = new UserHistory();
            for (var i = 0; i < 15; i++)
            {
                var action = Liked(random.Next(items)) with { TimestampMs = i };
                statistics.Observe(history.NewestFirst.AsSpan(), action);
                history.Add(action);
            }
        }

        return statistics;
    }

    private static HistoryItem Liked(int row) => new(row, 1, Polarity.Positive, 0);

    private static string Id(int row) => $"{row:0000}";

    private static byte[] Bytes(ItemStatisticsState state)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        state.Write(writer);
        return stream.ToArray();
    }

    private static ItemStatisticsState Copy(ItemStatisticsState state) =>
        ItemStatisticsState.Read(new BinaryReader(new MemoryStream(Bytes(state))));
}
