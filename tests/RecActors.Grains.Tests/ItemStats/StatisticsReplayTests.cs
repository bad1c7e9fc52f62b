using Microsoft.Extensions.Logging.Abstractions;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.ItemToItem;
using RecActors.Journal;
using RecActors.Snapshots;
using RecActors.Storage;
using RecActors.Threads;
using RecActors.Users;

namespace RecActors.ItemStats;

/// <summary>However it reads ahead, a replay counts what one would who counts action by action, also where limits are met and the order matters.</summary>
public sealed class StatisticsReplayTests : IAsyncLifetime
{
    private const int Users = 60, Rounds = 12, Items = 90;

    /// <summary>Limits that are met all the time, per item and over all.</summary>
    private static readonly ItemStatisticsOptions Tight = new() { MaxPairsPerItem = 12, MaxPairs = 500 };

    private readonly ClusterFolder _folder = new();
    private EmbeddedStorage? _storage;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IUserJournal Journal => _storage!.Journal;

    public async ValueTask InitializeAsync()
    {
        _storage = EmbeddedStorage.Open(new EmbeddedStorageOptions { DataFolder = _folder.Path });
        await Task.WhenAll(Enumerable.Range(0, Users).Select(ActAsync));
    }

    public async ValueTask DisposeAsync()
    {
        await _storage!.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, 64, 100_000)]
    [InlineData(0, 1_000_000, 100_000)]
    [InlineData(1000, 64, 100_000)]
    [InlineData(1000, 64, 1)]
    [InlineData(1000, 7, 20)]
    public async Task Run_LimitsAreMet_CountsAsOneByOneToTheLastByte(long counted, int chunk, int keptUsers)
    {
        var (expected, catalog) = await CountOneByOneAsync(counted);
        var (statistics, replay) = await BeginAsync(catalog, counted, chunk, keptUsers);

        var head = await replay.RunAsync(new JournalPosition(counted), Token);

        Assert.Equal(await Journal.GetHeadAsync(Token), head);
        Assert.Equal(expected, Bytes(statistics, catalog));
    }

    [Theory]
    [InlineData(0, 64, 100_000, 0)]
    [InlineData(1000, 64, 20, 0)]
    [InlineData(1000, 64, 100_000, 0.5)]
    [InlineData(1000, 7, 20, 0.9)]
    [InlineData(1000, 1_000_000, 100_000, 0.9)]
    public async Task Run_OfSomeActionsItIsKnownHowTheyCount_CountsAsOneByOneToTheLastByte(long counted, int chunk, int keptUsers, double unknown)
    {
        var (expected, catalog) = await CountOneByOneAsync(counted);
        var (statistics, replay) = await BeginAsync(catalog, counted, chunk, keptUsers);

        await replay.RunAsync(new JournalPosition(counted), Token, await ReducedAsync(catalog, unknown));

        Assert.Equal(expected, Bytes(statistics, catalog));
        Assert.Equal(unknown > 0, replay.HistoriesRead > 0);
    }

    [Fact]
    public async Task Run_AUserWasDeletedAndBeganAnewSinceTheLastRun_CountsTheNewLife()
    {
        var catalog = new CatalogReplica();
        var (statistics, replay) = await BeginAsync(catalog, 0, chunk: 64, keptUsers: 100_000);
        var head = await replay.RunAsync(JournalPosition.Start, Token);
        await Journal.DeleteAsync("user-1", Token);
        var opened = await Journal.OpenAsync("user-1", Token);
        await Journal.AppendAsync("user-1", opened.Epoch, 0, [new(FeedbackOperation.Add, "like", "of-a-new-life", 1, 1, 1)], Token);

        await replay.RunAsync(head, Token);

        Assert.Equal(1, statistics.Count(catalog.Intern("of-a-new-life")));
    }

    [Fact]
    public async Task Run_OnABackgroundThread_CountsTheSameOnItAlone()
    {
        var (expected, catalog) = await CountOneByOneAsync(1000);
        var (statistics, replay) = await BeginAsync(catalog, 1000, chunk: 64, keptUsers: 20);

        var isCompleted = await BackgroundThread.RunAsync("test", () => replay.RunAsync(new JournalPosition(1000), Token).IsCompletedSuccessfully, Token);

        Assert.True(isCompleted);
        Assert.Equal(expected, Bytes(statistics, catalog));
    }

    private async Task ActAsync(int user)
    {
        var (random, userId) = (new Random(user), $"user-{user}");
        var (epoch, length) = ((await Journal.OpenAsync(userId, Token)).Epoch, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            var entries = Enumerable.Range(0, random.Next(1, 6)).Select(i => new FeedbackEntry(
                (FeedbackOperation)(random.Next(12) == 0 ? 2 : 0), random.Next(5) == 0 ? "read" : "like", $"item-{random.Next(Items) * random.Next(Items) / Items}", 1, 1000 + round, 0)).ToArray();
            length = (await Journal.AppendAsync(userId, epoch, length, entries, Token)).Length;
        }
    }

    /// <summary>Everything, one by one: up to a position, exported and imported there as between two processes, and from there on.</summary>
    private async Task<(byte[] Bytes, CatalogReplica Catalog)> CountOneByOneAsync(long counted)
    {
        var catalog = new CatalogReplica();
        var statistics = new ItemStatistics(Tight, catalog.RowsById);
        await CountOneByOneAsync(statistics, catalog, 0, counted);
        var next = Restored(statistics, catalog);
        await CountOneByOneAsync(next, catalog, counted, long.MaxValue);
        return (Bytes(next, catalog), catalog);
    }

    private Task CountOneByOneAsync(ItemStatistics statistics, CatalogReplica catalog, long after, long through) =>
        Recount.CountAsync(Journal, statistics, catalog, after, through, Token);

    /// <summary>How all actions but a share of them, here and there, count.</summary>
    private async Task<ReducedIndex> ReducedAsync(CatalogReplica catalog, double unknown)
    {
        var (random, reduced, sources) = (new Random(1), new ReducedActions(), new List<int>());
        var (statistics, users) = (new ItemStatistics(Tight, catalog.RowsById), new Dictionary<string, UserState>());
        await foreach (var record in Journal.ReadRangeAsync(JournalPosition.Start, new JournalPosition(long.MaxValue), Token))
        {
            if (!users.TryGetValue(record.UserId, out var user))
            {
                users.Add(record.UserId, user = new UserState(catalog, FeedbackPolicy.Default, 1));
            }

            var signal = FeedbackPolicy.Default.SignalOf(record.Entry);
            sources.Clear();
            if (statistics.TryReduce(user.History, new(catalog.Intern(record.Entry.ItemId), signal.Weight, signal.Polarity, record.Entry.TimestampMs), sources, out var action)
                && random.NextDouble() >= unknown)
            {
                reduced.Add(record.Position.Value, action.IsRepeat, [.. sources]);
            }

            user.Replay(record.Entry);
        }

        return new ReducedIndex(reduced);
    }

    /// <summary>A replay into statistics that have everything up to a position.</summary>
    private async Task<(ItemStatistics Statistics, StatisticsReplay Replay)> BeginAsync(CatalogReplica catalog, long counted, int chunk, int keptUsers)
    {
        var before = new ItemStatistics(Tight, catalog.RowsById);
        await CountOneByOneAsync(before, catalog, 0, counted);
        var statistics = Restored(before, catalog);
        return (statistics, new StatisticsReplay(
            statistics, Journal, _storage!.Bundles, catalog, FeedbackPolicy.Default, TimeProvider.System, NullLogger<StatisticsReplay>.Instance)
        {
            Chunk = chunk,
            MaxUsers = keptUsers,
        });
    }

    private static ItemStatistics Restored(ItemStatistics statistics, CatalogReplica catalog)
    {
        var restored = new ItemStatistics(Tight, catalog.RowsById);
        restored.Import(statistics.Export(catalog.IdOf), catalog.Intern);
        restored.ImportRecency(statistics.ExportRecency(catalog.IdOf), catalog.Intern);
        return restored;
    }

    private static byte[] Bytes(ItemStatistics statistics, CatalogReplica catalog)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        statistics.Export(catalog.IdOf).Write(writer);
        var recency = statistics.ExportRecency(catalog.IdOf);
        writer.Write(recency.Clock);
        foreach (var sum in recency.Sums)
        {
            writer.Write(sum);
        }

        return stream.ToArray();
    }
}
