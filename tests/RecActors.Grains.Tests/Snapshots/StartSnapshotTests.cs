using Microsoft.Extensions.DependencyInjection;
using RecActors.Catalog;
using RecActors.Failures;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.ItemStats;
using RecActors.ItemToItem;
using RecActors.Storage;

namespace RecActors.Snapshots;

public sealed class StartSnapshotTests
{
    private const int Users = 6;
    private const double Mark = 1000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_AfterAStop_BeginsWithWhatWasLeftAndReadsTheRest()
    {
        using var folder = new ClusterFolder();
        await ActAndStopAsync(folder.Path);
        await using (var storage = EmbeddedStorage.Open(new EmbeddedStorageOptions { DataFolder = folder.Path }))
        {
            // Marked, so that it shows whether they are read.
            var catalog = await storage.Snapshots.ReadCatalogAsync(Token);
            var marked = new CatalogSnapshotItem("marked", 1, new ItemRecord { ItemId = "marked" }, ContentFeatures.Empty);
            await storage.Snapshots.WriteCatalogAsync(catalog! with { Items = [.. catalog.Items, marked] }, Token);
            var statistics = await storage.Snapshots.ReadStatisticsAsync(Token);
            statistics!.State.Counts[0] += Mark;
            await storage.Snapshots.WriteStatisticsAsync(statistics, Token);

            // What came after them.
            await storage.Catalog.PutAsync(new ItemRecord { ItemId = "later" }, Token);
            var journal = await storage.Journal.OpenAsync("later", Token);
            await storage.Journal.AppendAsync("later", journal.Epoch, 0, [new FeedbackEntry(FeedbackOperation.Add, "like", "later", 1, 1, 1)], Token);
        }

        await using var cluster = await StartAsync(folder.Path);
        var replica = cluster.Service<CatalogReplica>();
        Assert.True(replica.TryGetRow("marked", out _));
        Assert.True(replica.TryGetRow("later", out var later) && replica[later] is not null);
        Assert.Equal(1, cluster.Service<ItemStatistics>().Count(later));
        Assert.Equal(Mark + Actions() + 1, ServedStatistics.Of(cluster).Counts.Sum());
    }

    [Fact]
    public async Task Start_TheSnapshotsAreDamaged_DoesWithoutThem()
    {
        using var folder = new ClusterFolder();
        var before = await ActAndStopAsync(folder.Path);
        var files = Directory.GetFiles(Path.Combine(folder.Path, "snapshots"));
        Assert.Equal(2, files.Length);
        foreach (var file in files)
        {
            await File.WriteAllTextAsync(file, "no snapshot at all, but long enough", Token);
        }

        await using var cluster = await StartAsync(folder.Path);

        Assert.Equal(ServedStatistics.Bytes(before), ServedStatistics.Bytes(ServedStatistics.Of(cluster)));
    }

    [Fact]
    public async Task Start_AfterAStop_HasTheSameStatisticsToTheLastByte()
    {
        using var folder = new ClusterFolder();
        var before = await ActAndStopAsync(folder.Path);

        await using var cluster = await StartAsync(folder.Path);

        Assert.Equal(ServedStatistics.Bytes(before), ServedStatistics.Bytes(ServedStatistics.Of(cluster)));
    }

    [Fact]
    public async Task Start_OtherRulesCountActions_CountsThemAgain()
    {
        using var folder = new ClusterFolder();
        await ActAndStopAsync(folder.Path);

        await using var cluster = await StartAsync(folder.Path, silo => silo.Configure<FeedbackPolicyOptions>(options =>
            options.Types["like"] = new FeedbackRule { Kind = FeedbackKind.Negative }));

        Assert.Empty(ServedStatistics.Of(cluster).ItemIds);
    }

    [Fact]
    public async Task Stop_WhatBecameOfAnAppendIsUnknown_LeavesItsActionsToTheNextStart()
    {
        using var folder = new ClusterFolder();
        await ActAndStopAsync(folder.Path, async cluster =>
        {
            var faults = cluster.Journal.Of("in-the-dark");
            (faults.FailAfter, faults.FailRead) = (1, 1);
            await Assert.ThrowsAsync<UnavailableException>(() => cluster.User("in-the-dark").AppendAsync(RecActorsCluster.Likes("dark")));
            Assert.Single(await cluster.StoredJournal.ReadAsync("in-the-dark", Token));
        });

        await using var cluster = await StartAsync(folder.Path);

        Assert.Equal(Actions() + 1, ServedStatistics.Of(cluster).Counts.Sum());
    }

    [Fact]
    public async Task Stop_AnUnknownAppendWasFoundAgain_LeavesItCounted()
    {
        using var folder = new ClusterFolder();
        var before = await ActAndStopAsync(folder.Path, async cluster =>
        {
            var faults = cluster.Journal.Of("in-the-dark");
            (faults.FailAfter, faults.FailRead) = (1, 1);
            await Assert.ThrowsAsync<UnavailableException>(() => cluster.User("in-the-dark").AppendAsync(RecActorsCluster.Likes("dark")));
            await Eventually.SucceedsAsync(() => cluster.User("in-the-dark").AppendAsync(RecActorsCluster.Likes("later")));
        });
        await using (var storage = EmbeddedStorage.Open(new EmbeddedStorageOptions { DataFolder = folder.Path }))
        {
            Assert.NotNull(await storage.Snapshots.ReadStatisticsAsync(Token));
        }

        await using var cluster = await StartAsync(folder.Path);

        Assert.Equal(Actions() + 2, before.Counts.Sum());
        Assert.Equal(ServedStatistics.Bytes(before), ServedStatistics.Bytes(ServedStatistics.Of(cluster)));
    }

    [Fact]
    public async Task TakeAtEnd_TheStopHasRunOutOfTime_WritesNothing()
    {
        using var folder = new ClusterFolder();
        await using var cluster = await StartAsync(folder.Path);
        await cluster.User("ann").AppendAsync(RecActorsCluster.Likes("a", "b"));
        var snapshots = cluster.Service<StatisticsSnapshots>();

        await snapshots.TakeAtEndAsync(new CancellationToken(canceled: true));
        Assert.Null(await cluster.Storage.Snapshots.ReadStatisticsAsync(Token));
        await snapshots.TakeAtEndAsync(Token);

        Assert.NotNull(await cluster.Storage.Snapshots.ReadStatisticsAsync(Token));
    }

    private static async Task<ItemStatisticsState> ActAndStopAsync(string folder, Func<RecActorsCluster, Task>? actMore = null)
    {
        await using var cluster = await StartAsync(folder);
        for (var user = 0; user < Users; user++)
        {
            await cluster.User($"user-{user}").AppendAsync(RecActorsCluster.Likes(Enumerable.Range(0, ActionsOf(user)).Select(action => $"item-{user + action}")));
        }

        await (actMore?.Invoke(cluster) ?? Task.CompletedTask);
        var statistics = ServedStatistics.Of(cluster);
        foreach (var silo in cluster.Silos.ToList())
        {
            await cluster.StopAsync(silo);
        }

        return statistics;
    }

    private static int ActionsOf(int user) => user + 2;

    private static int Actions() => Enumerable.Range(0, Users).Sum(ActionsOf);

    private static Task<RecActorsCluster> StartAsync(string folder, Action<ISiloBuilder>? configure = null) => RecActorsCluster.StartAsync(
        folder: folder,
        configure: silo =>
        {
            silo.Services.AddSingleton<IStartSnapshots>(services => services.GetRequiredService<EmbeddedStorage>().Snapshots);
            silo.Configure<CatalogOptions>(options => options.SnapshotChanges = 1);
            silo.Configure<ItemStatsOptions>(options => options.SnapshotActions = 1);
            configure?.Invoke(silo);
        });
}
