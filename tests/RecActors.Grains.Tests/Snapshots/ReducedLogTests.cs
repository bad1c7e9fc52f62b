using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecActors.Hosting;
using RecActors.ItemStats;
using RecActors.ItemToItem;
using RecActors.Journal;
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
            // The copy is of the first life alone: a start makes none, since it never has so much to count.
            await using var cluster = await StartAsync(life == 0 ? null : SeldomCopied);
            Assert.True(life > 0 || await ActAndCopyAsync(cluster));
            await ActAsync(cluster, round: 2 + life);
            await cluster.Service<ReducedLog>().WriteAsync(Token);
            await cluster.KillAsync(cluster.Silos[0]);
        }

        Assert.Equal(2, Parts.Length);
        await using var again = await StartAsync(SeldomCopied);

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
        await using (var cluster = await StartAsync(silo => silo.Services.AddSingleton(Options.Create(new ItemStatisticsOptions { TransitionWindow = 1, CooccurrenceWindow = 1 }))))
        {
            await ActAsync(cluster, round: 1);
            await cluster.Service<ReducedLog>().WriteAsync(Token);
            await cluster.KillAsync(cluster.Silos[0]);
        }

        await using var again = await StartAsync();

        await AssertCountedAsync(again);
    }

    [Fact]
    public async Task Start_TheJournalsEndBeforeWhatIsKept_DoesNotUseIt()
    {
        await using (var cluster = await StartAsync(SeldomCopied))
        {
            await ActAsync(cluster, round: 1);
            await KeepWrongAsync(cluster, await cluster.StoredJournal.GetHeadAsync(Token));
            await KeepWrongAsync(cluster, new((await cluster.StoredJournal.GetHeadAsync(Token)).Value + 1));
            await cluster.KillAsync(cluster.Silos[0]);
        }

        await using var again = await StartAsync(SeldomCopied);

        Assert.Empty(Parts);
        await AssertCountedAsync(again);
    }

    [Fact]
    public async Task Start_NothingWasKeptMeanwhile_DoesNotUseWhatWasKeptBefore()
    {
        await using (var cluster = await StartAsync(SeldomCopied))
        {
            await ActAsync(cluster, round: 1);
            await KeepWrongAsync(cluster, await cluster.StoredJournal.GetHeadAsync(Token));
            await cluster.KillAsync(cluster.Silos[0]);
        }

        await using (await StartAsync(silo => silo.Configure<ItemStatsOptions>(options => options.ReducedLogMegabytes = 0)))
        {
        }

        await using var again = await StartAsync(SeldomCopied);

        await AssertCountedAsync(again);
    }

    [Fact]
    public async Task Start_AUserWasDeletedAndBeganAnew_CountsTheNewLife()
    {
        await using (var cluster = await StartAsync(SeldomCopied))
        {
            await ActAsync(cluster, round: 1);
            await cluster.Service<ReducedLog>().WriteAsync(Token);
            Assert.True(await cluster.User("user-1").DeleteUnchangedAsync(actions: 3));
            await cluster.KillAsync(cluster.Silos[0]);
        }

        for (var life = 0; life < 2; life++)
        {
            await using var cluster = await StartAsync(SeldomCopied);
            await Eventually.SucceedsAsync(() => cluster.User("user-1").AppendAsync(RecActorsCluster.Likes($"new-{life}", "item-1")));
            await cluster.KillAsync(cluster.Silos[0]);
        }

        await using var again = await StartAsync(SeldomCopied);

        await AssertCountedAsync(again);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Erase_WhatIsKeptOfActions_IsGoneWhenTheUserIs(bool isErased)
    {
        await using var cluster = await StartAsync();
        await ActAsync(cluster, round: 1);
        await cluster.Service<ReducedLog>().WriteAsync(Token);
        Assert.NotEmpty(Parts);
        await ActAsync(cluster, round: 2);

        Assert.True(await (isErased ? cluster.User("user-1").EraseAsync() : cluster.User("user-1").DeleteAsync()));

        Assert.Empty(Parts);
        await cluster.Service<ReducedLog>().WriteAsync(Token);
        Assert.Empty(Parts);
    }

    [Fact]
    public async Task Write_TheFolderCannotBeWritten_KeepsNothingUntilStatisticsAreStored()
    {
        await using var cluster = await StartAsync();
        var snapshots = Path.Combine(_folder.Path, "snapshots");
        Directory.CreateDirectory(snapshots);
        Directory.Delete(snapshots, recursive: true);
        await File.WriteAllTextAsync(snapshots, "in the way", Token);
        await ActAsync(cluster, round: 1);
        await cluster.Service<ReducedLog>().WriteAsync(Token);
        File.Delete(snapshots);

        await ActAsync(cluster, round: 2);
        await cluster.Service<ReducedLog>().WriteAsync(Token);
        Assert.False(Directory.Exists(snapshots));

        Assert.True(await cluster.Service<StatisticsSnapshots>().TakeBesideAsync(Token));
        await ActAsync(cluster, round: 3);
        await cluster.Service<ReducedLog>().WriteAsync(Token);
        Assert.Single(Parts);
    }

    /// <summary>What would be counted wrong if a start used it.</summary>
    private static async Task KeepWrongAsync(RecActorsCluster cluster, JournalPosition position)
    {
        var actions = new ReducedActions();
        actions.Add(position.Value, isRepeat: true, []);
        await cluster.Storage.Snapshots.ReducedActions.WriteAsync(cluster.Service<CountingRules>().Hash, actions, _ => "", Token);
    }

    private static void SeldomCopied(ISiloBuilder silo) => silo.Configure<ItemStatsOptions>(options => options.SnapshotActions = 1_000_000);

    private static async Task<bool> ActAndCopyAsync(RecActorsCluster cluster)
    {
        await ActAsync(cluster, round: 1);
        return await cluster.Service<StatisticsSnapshots>().TakeBesideAsync(Token);
    }

    /// <summary>Each user likes what the last one did before, and something again.</summary>
    private static async Task ActAsync(RecActorsCluster cluster, int round) => await Task.WhenAll(Enumerable.Range(0, Users).Select(user =>
        cluster.User($"user-{user}").AppendAsync(RecActorsCluster.Likes($"item-{user}", $"item-{user + round}", $"item-{round}"))));

    private static async Task AssertCountedAsync(RecActorsCluster cluster)
    {
        var expected = await Recount.ReadAsync(cluster.StoredJournal, long.MaxValue, Token);
        Assert.Equal(expected, Recount.Text(ServedStatistics.Of(cluster)));
        Assert.NotEmpty(expected);
    }

    private Task<RecActorsCluster> StartAsync(Action<ISiloBuilder>? configure = null) => RecActorsCluster.StartAsync(
        folder: _folder.Path,
        configure: silo =>
        {
            silo.Services.AddSingleton<IStartSnapshots>(services => services.GetRequiredService<EmbeddedStorage>().Snapshots);
            silo.Configure<ItemStatsOptions>(options =>
                (options.SnapshotActions, options.SnapshotInterval, options.ReducedLogInterval) = (1, TimeSpan.FromDays(1), TimeSpan.FromMinutes(10)));
            configure?.Invoke(silo);
        });
}
