using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>A silo that starts from a bundle lists as trending what one lists that ran on, whatever times actions claim.</summary>
public sealed class BundledTrendingTests
{
    private const int Minutes = 600;
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;
    private const long Start = 29_000_000 * Minute;
    private const long End = Start + (Minutes * Minute);
    private const long TenYears = 10 * 365 * 24 * Hour;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, TenYears)]
    [InlineData(9 * Hour, 0)]
    [InlineData(23 * Hour, 24 * Hour)]
    public async Task TrainAsync_ActionsAndWriteBacksDatedAhead_TrendsAsASiloThatRanOn(long aheadMs, long shownForMs)
    {
        var live = new LiveSilo();
        var random = new Random(1);
        for (var minute = 1; minute <= Minutes; minute++)
        {
            var nowMs = Start + (minute * Minute);
            live.Take(nowMs, $"u{random.Next(60)}", FeedbackOperation.Set, $"i{(int)Math.Sqrt(random.Next(400))}", nowMs);
            if (minute == Minutes / 2)
            {
                live.Take(nowMs, "ahead", FeedbackOperation.Set, "i0", nowMs + aheadMs);
                live.Take(nowMs, "shown", FeedbackOperation.Show, "i0", nowMs + shownForMs);
            }
        }

        var set = live.Journal.Build();
        var started = await StartAsync(set);

        Assert.NotEmpty(started.TrendingItems.Ranked("1h", End)!);
        var (rowsOfStarted, windows) = (ReplayState.CatalogOf(set), started.TrendingItems.Windows);
        Assert.All(windows, window => Assert.Equal(
            Listed(live.Statistics, live.Catalog, window), Listed(started, rowsOfStarted, window)));
    }

    private static async Task<ItemStatistics> StartAsync(TrainingSet set)
    {
        var trainer = new ModelTrainer(
            Options.Create(new RankingOptions()), Options.Create(new ItemStatisticsOptions()), new ClockAtTheEnd(), NullLogger<ModelTrainer>.Instance);
        var options = new TrainingOptions
        {
            Dimensions = 8,
            Sweeps = 1,
            SearchSeconds = 0,
            SequenceSeconds = 0,
            LinearItems = 0,
            MaxEpochs = 1,
            HiddenSizes = [4],
        };
        var (bundle, _) = await trainer.TrainAsync(set, new TrainingPlan { Version = 1, Options = options }, null, TestContext.Current.CancellationToken);
        var started = new ItemStatistics(new());
        started.TrendingItems.MoveTo(End);
        started.Import(BundleCodec.Decode(BundleCodec.Encode(bundle)).Statistics, ReplayState.CatalogOf(set).Intern);
        return started;
    }

    private static IEnumerable<(string, float)> Listed(ItemStatistics statistics, CatalogReplica catalog, string window) =>
        statistics.TrendingItems.Ranked(window, End)!.Select(item => (catalog.IdOf(item.Row), item.Score)).Order();

    /// <summary>Counts actions as they arrive, by its own clock, and keeps them for the refit.</summary>
    private sealed class LiveSilo
    {
        private readonly Dictionary<string, UserHistory> _histories = [];
        private long _position;

        public TrainingSetBuilder Journal { get; } = new(FeedbackPolicy.Default);

        public CatalogReplica Catalog { get; } = new();

        public ItemStatistics Statistics { get; } = new(new());

        public void Take(long nowMs, string user, FeedbackOperation operation, string item, long timestampMs)
        {
            var entry = new FeedbackEntry(operation, "like", item, 1, timestampMs, 0);
            Journal.Add(new JournalRecord(new JournalPosition(++_position), user, 1, entry));
            var history = _histories.TryGetValue(user, out var known) ? known : _histories[user] = new UserHistory();
            var (row, signal) = (Catalog.Intern(item), FeedbackPolicy.Default.SignalOf(entry));
            Statistics.TrendingItems.MoveTo(nowMs);
            Statistics.Observe(history.NewestFirst.AsSpan(), new HistoryItem(row, signal.Weight, signal.Polarity, timestampMs));
            history.Apply(row, entry.Type, operation, signal, timestampMs);
        }
    }

    private sealed class ClockAtTheEnd : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(End);
    }
}
