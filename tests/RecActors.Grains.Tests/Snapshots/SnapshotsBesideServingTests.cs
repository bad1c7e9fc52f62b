using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using RecActors.Catalog;
using RecActors.Hosting;
using RecActors.ItemStats;
using RecActors.ItemToItem;
using RecActors.Storage;
using RecActors.Users;

namespace RecActors.Snapshots;

/// <summary>Statistics that are written while users act are those of an exact position of the journals, whatever the moment.</summary>
public sealed class SnapshotsBesideServingTests
{
    private const int Users = 24, Items = 30, LeastSnapshots = 6;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TakeBeside_WhileUsersAct_HasEveryActionUpToItsPositionAndNoneAfterIt()
    {
        var kept = new RecordingSnapshots();
        await using var cluster = await RecActorsCluster.StartAsync(configure: silo =>
        {
            silo.Services.AddSingleton<IStartSnapshots>(kept);
            silo.Configure<ItemStatsOptions>(options => (options.SnapshotActions, options.SnapshotInterval) = (1, TimeSpan.FromDays(1)));
        });
        var snapshots = cluster.Service<StatisticsSnapshots>();
        using var enough = new CancellationTokenSource();
        var acting = ActAsync(cluster, seed: 1, enough.Token, killed: CancellationToken.None);
        while (kept.Statistics.Count < LeastSnapshots && !acting.IsCompleted)
        {
            await snapshots.TakeBesideAsync(Token);
        }

        await enough.CancelAsync();
        await acting;

        Assert.Equal(LeastSnapshots, kept.Statistics.Select(snapshot => snapshot.Position).Distinct().Count());
        foreach (var snapshot in kept.Statistics)
        {
            Assert.Equal(await Recount.ReadAsync(cluster.StoredJournal, snapshot.Position, Token), Recount.Text(snapshot.State));
        }

        // And what was held back meanwhile is counted.
        var head = await cluster.StoredJournal.GetHeadAsync(Token);
        Assert.Equal(await Recount.ReadAsync(cluster.StoredJournal, head.Value, Token), Recount.Text(StateOf(cluster)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Start_AfterAKillAtAnyMoment_CountsEveryActionOnce(int seed)
    {
        using var folder = new ClusterFolder();
        var random = new Random(seed);
        for (var life = 0; life < 2; life++)
        {
            await using var cluster = await StartAsync(folder.Path);
            Assert.Equal(await Recount.ReadAsync(cluster.StoredJournal, long.MaxValue, Token), Recount.Text(StateOf(cluster)));

            using var killed = new CancellationTokenSource();
            await cluster.User("first").AppendAsync(RecActorsCluster.Likes($"item-of-life-{life}", "item-01"));
            var acting = ActAsync(cluster, (seed * 10) + life, killed.Token, killed.Token);
            var snapshots = cluster.Service<StatisticsSnapshots>();
            for (var left = random.Next(4); left > 0; left--)
            {
                await snapshots.TakeBesideAsync(Token);
                await cluster.Service<ReducedLog>().WriteAsync(Token);
            }

            // Somewhere in the middle of another one, at times.
            var last = random.Next(2) == 0 ? snapshots.TakeBesideAsync(Token) : Task.CompletedTask;
            await cluster.KillAsync(cluster.Silos[0]);
            await killed.CancelAsync();
            await acting;
            await last;
        }

        await using var again = await StartAsync(folder.Path);
        Assert.Equal(4, (await again.StoredJournal.ReadAsync("first", Token)).Count);
        Assert.Equal(await Recount.ReadAsync(again.StoredJournal, long.MaxValue, Token), Recount.Text(StateOf(again)));
    }

    [Fact]
    public async Task TakeBeside_WhatBecameOfAnAppendIsUnknown_WritesNothingUntilItIsKnown()
    {
        var kept = new RecordingSnapshots();
        await using var cluster = await RecActorsCluster.StartAsync(configure: silo =>
        {
            silo.Services.AddSingleton<IStartSnapshots>(kept);
            silo.Configure<ItemStatsOptions>(options => (options.SnapshotActions, options.SnapshotInterval) = (1, TimeSpan.FromDays(1)));
        });
        var snapshots = cluster.Service<StatisticsSnapshots>();
        var faults = cluster.Journal.Of("in-the-dark");
        (faults.FailAfter, faults.FailRead) = (1, 1);
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.User("in-the-dark").AppendAsync(RecActorsCluster.Likes("dark")));

        Assert.False(await snapshots.TakeBesideAsync(Token));
        await cluster.User("ann").AppendAsync(RecActorsCluster.Likes("counted-at-once"));
        Assert.Contains("counted-at-once", StateOf(cluster).ItemIds);

        await Eventually.SucceedsAsync(() => cluster.User("in-the-dark").AppendAsync(RecActorsCluster.Likes("later")));
        Assert.True(await snapshots.TakeBesideAsync(Token));
        var snapshot = Assert.Single(kept.Statistics);
        Assert.Equal(await Recount.ReadAsync(cluster.StoredJournal, snapshot.Position, Token), Recount.Text(snapshot.State));
        Assert.Contains("dark", snapshot.State.ItemIds);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TakeBeside_TheActivationOfAnUnknownAppendIsGone_LearnsOfItsUserWhatBecameOfIt(bool isWritten)
    {
        var kept = new RecordingSnapshots();
        await using var cluster = await RecActorsCluster.StartAsync(configure: silo =>
        {
            silo.Services.AddSingleton<IStartSnapshots>(kept);
            silo.Configure<ItemStatsOptions>(options => (options.SnapshotActions, options.SnapshotInterval) = (1, TimeSpan.FromDays(1)));
        });
        await cluster.User("in-the-dark").AppendAsync(RecActorsCluster.Likes("light"));
        var faults = cluster.Journal.Of("in-the-dark");
        (faults.FailAfter, faults.FailBefore, faults.FailRead) = (isWritten ? 1 : 0, isWritten ? 0 : 1, 1);
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.User("in-the-dark").AppendAsync(RecActorsCluster.Likes("dark")));
        await cluster.DeactivateAsync(cluster.User("in-the-dark"));
        Assert.True(cluster.Service<LiveItemStatistics>().HasUncountedAppends);

        Assert.True(await cluster.Service<StatisticsSnapshots>().TakeBesideAsync(Token));

        var snapshot = Assert.Single(kept.Statistics);
        Assert.Equal(isWritten, snapshot.State.ItemIds.Contains("dark"));
        Assert.Equal(await Recount.ReadAsync(cluster.StoredJournal, snapshot.Position, Token), Recount.Text(snapshot.State));
        Assert.False(cluster.Service<LiveItemStatistics>().HasUncountedAppends);
    }

    [Fact]
    public async Task TakeBeside_AWriteFailsWhateverTheReason_IsTriedAgainTheNextTime()
    {
        var kept = new RecordingSnapshots();
        await using var cluster = await RecActorsCluster.StartAsync(configure: silo =>
        {
            silo.Services.AddSingleton<IStartSnapshots>(kept);
            silo.Configure<ItemStatsOptions>(options => (options.SnapshotActions, options.SnapshotInterval) = (1, TimeSpan.FromDays(1)));
        });
        var snapshots = cluster.Service<StatisticsSnapshots>();
        await cluster.User("ann").AppendAsync(RecActorsCluster.Likes("a", "b"));
        kept.Failures.Enqueue(new NotSupportedException());

        Assert.False(await snapshots.TakeBesideAsync(Token));
        Assert.Empty(kept.Statistics);
        Assert.True(await snapshots.TakeBesideAsync(Token));

        var snapshot = Assert.Single(kept.Statistics);
        Assert.Equal(await Recount.ReadAsync(cluster.StoredJournal, snapshot.Position, Token), Recount.Text(snapshot.State));
        Assert.False(await snapshots.TakeBesideAsync(Token));
    }

    private static Task<RecActorsCluster> StartAsync(string folder) => RecActorsCluster.StartAsync(
        folder: folder,
        configure: silo =>
        {
            silo.Services.AddSingleton<IStartSnapshots>(services => services.GetRequiredService<EmbeddedStorage>().Snapshots);
            silo.Configure<ItemStatsOptions>(options => (options.SnapshotActions, options.SnapshotInterval) = (1, TimeSpan.FromDays(1)));
        });

    /// <summary>Acts by all users side by side until it is enough; the task ends when all of it is answered, or the silo is killed.</summary>
    private static Task ActAsync(RecActorsCluster cluster, int seed, CancellationToken enough, CancellationToken killed) => Task.WhenAll(Enumerable.Range(0, Users).Select(async u =>
    {
        var random = new Random((seed * 1000) + u);
        try
        {
            for (var round = 0; !enough.IsCancellationRequested; round++)
            {
                var batch = new FeedbackBatch([.. Enumerable.Range(0, random.Next(1, 4)).Select(i => RecActorsCluster.Action(
                    "like", $"item-{random.Next(Items) * random.Next(Items) / Items:00}", eventId: $"{seed}-{round}-{i}"))]);
                await cluster.User($"user-{u}").AppendAsync(batch).WaitAsync(killed);
            }
        }
        catch (Exception) when (killed.CanBeCanceled)
        {
            // How calls to a killed silo fail, their callers cannot choose. What was counted is compared with the journals anyway.
        }
    }));

    private static ItemStatisticsState StateOf(RecActorsCluster cluster) =>
        cluster.Service<ItemStatistics>().Export(cluster.Service<CatalogReplica>().IdOf);

    private sealed class RecordingSnapshots : IStartSnapshots
    {
        public ConcurrentQueue<ItemStatisticsSnapshot> Statistics { get; } = [];

        public ConcurrentQueue<Exception> Failures { get; } = [];

        public bool AreKept => true;

        public IReducedActionLog ReducedActions { get; } = new NoReducedActionLog();

        public ValueTask<CatalogSnapshot?> ReadCatalogAsync(CancellationToken cancellationToken) => default;

        public ValueTask WriteCatalogAsync(CatalogSnapshot snapshot, CancellationToken cancellationToken) => default;

        public ValueTask<ItemStatisticsSnapshot?> ReadStatisticsAsync(CancellationToken cancellationToken) => default;

        public ValueTask WriteStatisticsAsync(ItemStatisticsSnapshot snapshot, CancellationToken cancellationToken)
        {
            if (Failures.TryDequeue(out var failure))
            {
                return ValueTask.FromException(failure);
            }

            Statistics.Enqueue(snapshot);
            return default;
        }
    }
}
