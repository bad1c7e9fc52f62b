using System.ComponentModel.DataAnnotations;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemToItem;

namespace RecActors.Trending;

public sealed class TrendingItemsTests
{
    private const long Hour = 3_600_000;
    private const long Now = 500_000 * Hour;

    private const int Known = 1;
    private const int Rising = 2;
    private const int Single = 3;

    [Fact]
    public void Ranked_APopularItemAsEverAndARisingOne_OnlyTheRisingOneIsTrending()
    {
        var statistics = Counting();
        for (var hour = 0; hour < 8; hour++)
        {
            Act(statistics, Known, users: 50, Now - (hour * Hour));
        }

        Act(statistics, Rising, users: 20, Now);
        Act(statistics, Single, users: 1, Now);

        var ranked = statistics.TrendingItems.Ranked("1h", Now)!;

        Assert.Equal(Rising, Assert.Single(ranked).Row);
        Assert.Equal(20, ranked[0].Score, 1e-3f);
    }

    [Fact]
    public void Ranked_GrowthOfAll_MakesNobodyTrending()
    {
        // Ten times the traffic of the hours before, in the same shares.
        var statistics = Counting();
        for (var hour = 1; hour < 8; hour++)
        {
            Act(statistics, Known, users: 100, Now - (hour * Hour));
            Act(statistics, Rising, users: 50, Now - (hour * Hour));
        }

        Act(statistics, Known, users: 1000, Now);
        Act(statistics, Rising, users: 500, Now);
        Act(statistics, Single, users: 30, Now);

        Assert.Equal(Single, statistics.TrendingItems.Ranked("1h", Now)![0].Row);
        Assert.All(statistics.TrendingItems.Ranked("1h", Now)!.Skip(1), item => Assert.True(item.Score < 10));
    }

    [Fact]
    public void Ranked_AsTimePasses_AWindowForgetsAndALongerOneDoesNot()
    {
        var statistics = Counting();
        Act(statistics, Rising, users: 5, Now);

        Assert.NotEmpty(statistics.TrendingItems.Ranked("1h", Now)!);
        Assert.Empty(statistics.TrendingItems.Ranked("1h", Now + (2 * Hour))!);
        Assert.NotEmpty(statistics.TrendingItems.Ranked("1d", Now + (2 * Hour))!);
        Assert.Null(statistics.TrendingItems.Ranked("2h", Now));
    }

    [Fact]
    public void Ranked_AUserWhoActsAgainAndAgain_CountsOnce()
    {
        var statistics = Counting();
        var history = new UserHistory();
        for (var time = 0; time < 50; time++)
        {
            statistics.Observe(history.NewestFirst.AsSpan(), new HistoryItem(Rising, 1, Polarity.Positive, Now));
            history.Add(new HistoryItem(Rising, 1, Polarity.Positive, Now));
        }

        Assert.Empty(statistics.TrendingItems.Ranked("1h", Now)!);
    }

    [Fact]
    public void Ranked_AnyOrderOfArrival_IsTheSameToTheLastBit()
    {
        var random = new Random(5);
        var actions = Enumerable.Range(0, 3000).Select(_ => (Row: (int)Math.Sqrt(random.Next(900)), TimeMs: Now - random.NextInt64(9 * Hour))).ToArray();
        var (first, second) = (Counting(), Counting());
        Count(first, actions);
        random.Shuffle(actions);

        // Asked in the middle of it, too: a sum that is kept must not hide what comes late.
        Count(second, actions[..1500]);
        second.TrendingItems.Ranked("1h", Now - 5000);
        Count(second, actions[1500..]);

        Assert.Equal(first.TrendingItems.Ranked("1h", Now), second.TrendingItems.Ranked("1h", Now));
        Assert.NotEmpty(first.TrendingItems.Ranked("1h", Now)!);
    }

    [Fact]
    public void Import_OfAnExport_RanksTheSameInOtherRows()
    {
        var original = Counting();
        var random = new Random(6);
        Count(original, [.. Enumerable.Range(0, 2000).Select(_ => ((int)Math.Sqrt(random.Next(900)), Now - random.NextInt64(9 * Hour)))]);
        using var bytes = new MemoryStream();
        original.Export(Id).Trending.Write(new BinaryWriter(bytes));
        bytes.Position = 0;

        var copy = Counting(ties: Comparer<int>.Create((left, right) => right.CompareTo(left)));
        copy.Import(ItemStatisticsState.Empty with { Trending = TrendingState.Read(new BinaryReader(bytes)) }, id => 1000 - int.Parse(id));

        Assert.All(original.TrendingItems.Windows, window => Assert.Equal(
            original.TrendingItems.Ranked(window, Now)!,
            copy.TrendingItems.Ranked(window, Now)!.Select(item => item with { Row = 1000 - item.Row })));
        Assert.NotEmpty(original.TrendingItems.Ranked("1h", Now)!);
    }

    [Fact]
    public void Import_OfTwoWindowsOfOneLength_CountsOnce()
    {
        var original = Counting();
        Act(original, Rising, users: 5, Now);
        var state = original.Export(Id).Trending;

        var copy = Counting();
        copy.Import(ItemStatisticsState.Empty with { Trending = state with { Windows = [.. state.Windows, .. state.Windows] } }, int.Parse);

        Assert.Equal(original.TrendingItems.Ranked("1h", Now), copy.TrendingItems.Ranked("1h", Now));
        Assert.NotEmpty(copy.TrendingItems.Ranked("1h", Now)!);
    }

    [Theory]
    [InlineData("01:00:00", "1.00:00:00", null)]
    [InlineData("01:00:00", "01:00:00", "first, second")]
    [InlineData("00:00:59", "01:00:00", "The window first ")]
    public void Validate_WindowsTooShortOrOfTheSameLength_AreRefusedByName(string first, string second, string? named)
    {
        var options = new ItemStatisticsOptions
        {
            Trending = new() { Windows = { ["first"] = TimeSpan.Parse(first, null), ["second"] = TimeSpan.Parse(second, null) } },
        };

        var faults = options.Validate(new ValidationContext(options)).ToList();

        Assert.Equal(named is null ? 0 : 1, faults.Count);
        Assert.All(faults, fault => Assert.Contains(named!, fault.ErrorMessage, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_CutOffAnywhere_IsRefused()
    {
        var statistics = Counting();
        Count(statistics, [(1, Now), (2, Now), (2, Now - (20 * Hour))]);
        using var bytes = new MemoryStream();
        statistics.Export(Id).Trending.Write(new BinaryWriter(bytes));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => TrendingState.Read(new BinaryReader(new MemoryStream(bytes.ToArray()[..length]))));
        }
    }

    [Fact]
    public void Add_MoreItemsThanABucketHolds_KeepsThoseWithMany()
    {
        var statistics = Counting(new TrendingOptions { MaxItemsPerBucket = 100 });
        for (var row = 10; row < 5010; row++)
        {
            if (row % 50 == 0)
            {
                Act(statistics, Rising, users: 1, Now);
            }

            Act(statistics, row, users: 1, Now);
        }

        Assert.Equal(Rising, Assert.Single(statistics.TrendingItems.Ranked("1h", Now)!).Row);
        Assert.InRange(statistics.Export(Id).Trending.ItemIds.Length, 1, 301);
    }

    [Fact]
    public void Add_BeforeTheTimeIsTold_OrFarFromIt_CountsNothing()
    {
        var silent = new ItemStatistics(new ItemStatisticsOptions());
        Act(silent, Rising, users: 9, Now);
        Assert.Empty(silent.Export(Id).Trending.ItemIds);

        var statistics = Counting();
        Act(statistics, Rising, users: 9, Now + (48 * Hour));
        Act(statistics, Rising, users: 9, Now - (24 * 57 * Hour));
        Assert.Empty(statistics.Export(Id).Trending.ItemIds);

        Act(statistics, Rising, users: 9, Now);
        statistics.TrendingItems.MoveTo(Now + (24 * 57 * Hour));
        Assert.Empty(statistics.Export(Id).Trending.ItemIds);
    }

    private static ItemStatistics Counting(TrendingOptions? options = null, IComparer<int>? ties = null)
    {
        var statistics = new ItemStatistics(new ItemStatisticsOptions { Trending = options ?? new() }, ties);
        statistics.TrendingItems.MoveTo(Now);
        return statistics;
    }

    private static void Act(ItemStatistics statistics, int row, int users, long timeMs) =>
        Count(statistics, Enumerable.Repeat((row, timeMs), users).ToArray());

    private static void Count(ItemStatistics statistics, (int Row, long TimeMs)[] actions)
    {
        foreach (var (row, timeMs) in actions)
        {
            statistics.Observe([], new HistoryItem(row, 1, Polarity.Positive, timeMs));
        }
    }

    private static string Id(int row) => $"{row:0000}";
}
