using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecActors.Hosting;
using RecActors.ItemStats;
using RecActors.ItemToItem;
using RecActors.Storage;

namespace RecActors.Snapshots;

/// <summary>A start after a kill counts what it finds in the journals, and reads no user's history for what the killed process had kept.</summary>
public sealed class ReducedLogTests : IDisposable
{
    private const int Users = 12;

    private readonly ClusterFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string[] Parts => [.. Directory.GetFiles(Path.Combine(_folder.Path, "snapshots"), "actions-*").Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_AfterAKill_CountsTheSameWithoutTheHistories()
    {
        await using (var cluster = await StartAsync())
        {
            Assert.True(await ActAndCopyAsync(cluster));
            await ActAsync(cluster, round: 2);
            await cluster.Service<ReducedLog>().WriteAsync(Token);
            await cluster.KillAsync(cluster.Silos[0]);
        }

        await using var again = await StartAsync();

        Assert.Equal(0, again.Service<StatisticsReplay>().HistoriesRead);
        await AssertCountedAsync(again);
    }

    [Fact]
    public async Task Start_AfterTwoKills_GoesOnWithWhatBothHaveKept()
    {
        for (var life = 0; life < 2; life++)
        {
            await using var cluster = await StartAsync(silo => silo.Configure<ItemStatsOptions>(options => options.SnapshotActions = 1_000_000));
            await ActAsync(cluster, round: life);
            await cluster.Service<ReducedLog>().WriteAsync(Token);
            await cluster.KillAsync(cluster.Silos[0]);
        }

        Assert.Equal(2, Parts.Length);
        await using var again = await StartAsync();

        Assert.Equal(0, again.Service<StatisticsReplay>().HistoriesRead);
        await AssertCountedAsync(again);
    }

    [Fact]
    public async Task Start_AKillLeftPartOfWhatWasWritten_ReadsTheHistoriesOfTheRest()
    {
        await using (var cluster = await StartAsync())
        {
            Assert.True(await ActAndCopyAsync(cluster));
            await ActAsync(cluster, round: 2);
            await cluster.Service<ReducedLog>().WriteAsync(Token);
            await ActAsync(cluster, round: 3);
            await cluster.Service<ReducedLog>().WriteAsync(Token);
            await cluster.KillAsync(cluster.Silos[0]);
        }

        using (var torn = new FileStream(Parts[^1], FileMode.Open))
        {
            torn.SetLength(torn.Length - 1);
        }

        await using var again = await StartAsync();

        Assert.Equal(Users, again.Service<StatisticsReplay>().HistoriesRead);
        await AssertCountedAsync(again);
    }

    [Fact]
    public async Task Start_OtherRulesReduceActions_ReducesThemAnew()
    {
        var others = new ItemStatisticsOptions { TransitionWindow = 1, CooccurrenceWindow = 1 };
        await using (var cluster = await StartAsync())
        {
            await ActAsync(cluster, round: 1);
            await cluster.Service<ReducedLog>().WriteAsync(Token);
            await cluster.KillAsync(cluster.Silos[0]);
        }

        await using var again = await StartAsync(silo => silo.Services.AddSingleton(Options.Create(others)));

        await AssertCountedAsync(again, others);
    }

    [Fact]
    public async Task Start_TheJournalsEndBeforeWhatIsKept_RemovesIt()
    {
        await using (var cluster = await StartAsync())
        {
            await ActAsync(cluster, round: 1);
            await cluster.KillAsync(cluster.Silos[0]);
        }

        await using (var storage = EmbeddedStorage.Open(new EmbeddedStorageOptions { DataFolder = _folder.Path }))
        {
            var head = await storage.Journal.GetHeadAsync(Token);
            var actions = new ReducedActions();
            actions.Add(ReducedLog.HashOf("user-1"), 1, isRepeat: true, []);
            await storage.Snapshots.ReducedActions.WriteAsync(rules: 1, head.Value + 1, actions, _ => "", Token);
        }

        await using var again = await StartAsync();

        Assert.Empty(Parts);
        await AssertCountedAsync(again);
    }

    [Fact]
    public async Task Erase_WhatIsKeptOfActions_IsGoneWhenTheUserIs()
    {
        await using var cluster = await StartAsync();
        await ActAsync(cluster, round: 1);
        await cluster.Service<ReducedLog>().WriteAsync(Token);
        Assert.NotEmpty(Parts);
        await ActAsync(cluster, round: 2);

        await cluster.User("user-1").EraseAsync();

        Assert.Empty(Parts);
        await cluster.Service<ReducedLog>().WriteAsync(Token);
        Assert.Empty(Parts);
    }

    [Fact]
    public async Task Write_NothingIsToBeKept_KeepsNothing()
    {
        await using var cluster = await StartAsync(silo => silo.Configure<ItemStatsOptions>(options => options.ReducedMegabytes = 0));
        await ActAsync(cluster, round: 1);
        await cluster.Service<ReducedLog>().WriteAsync(Token);

        Assert.Empty(Directory.Exists(Path.Combine(_folder.Path, "snapshots")) ? Parts : []);
    }

    private static async Task<bool> ActAndCopyAsync(RecActorsCluster cluster)
    {
        await ActAsync(cluster, round: 1);
        return await cluster.Service<StatisticsSnapshots>().TakeBesideAsync(Token);
    }

    /// <summary>Each user likes what the last one did before, and something again.</summary>
    private static async Task ActAsync(RecActorsCluster cluster, int round) => await Task.WhenAll(Enumerable.Range(0, Users).Select(user =>
        cluster.User($"user-{user}").AppendAsync(RecActorsCluster.Likes($"item-{user}", $"item-{user + round}", $"item-{round}"))));

    private static async Task AssertCountedAsync(RecActorsCluster cluster, ItemStatisticsOptions? options = null)
    {
        var expected = await Recount.ReadAsync(cluster.StoredJournal, long.MaxValue, Token, options);
        Assert.Equal(expected, Recount.Text(ServedStatistics.Of(cluster)));
        Assert.NotEmpty(expected);
    }

    private Task<RecActorsCluster> StartAsync(Action<ISiloBuilder>? configure = null) => RecActorsCluster.StartAsync(
        folder: _folder.Path,
        configure: silo =>
        {
            silo.Services.AddSingleton<IStartSnapshots>(services => services.GetRequiredService<EmbeddedStorage>().Snapshots);
            silo.Configure<ItemStatsOptions>(options =>
                (options.SnapshotActions, options.SnapshotInterval, options.ReducedInterval) = (1, TimeSpan.FromDays(1), TimeSpan.FromMinutes(10)));
            configure?.Invoke(silo);
        });
}
