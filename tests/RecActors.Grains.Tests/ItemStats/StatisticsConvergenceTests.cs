using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Placement;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Items;
using RecActors.ItemToItem;
using RecActors.Trending;
using RecActors.Users;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.ItemStats;

/// <summary>After the traffic has stopped, every silo says the same, and what the journals say.</summary>
public sealed class StatisticsConvergenceTests
{
    private const int Users = 60;
    private const int Items = 40;
    private const int MinRetained = 1_000;

    private static readonly long Now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public async Task ThreeSilos_PartitionsStartAnewUnderTraffic_AgreeToTheLastBit()
    {
        await using var cluster = await RecActorsCluster.StartAsync(silos: 3, configure: Quick);
        using var done = new CancellationTokenSource();
        var traffic = TrafficAsync(cluster, rounds: 30, seed: 1);
        var disturbance = DisturbAsync(cluster, done.Token);

        await traffic;
        await done.CancelAsync();
        await disturbance;

        await AssertAllAgreeAsync(cluster);
    }

    [Fact]
    public async Task PartitionsSiloKilled_SurvivorsAgree()
    {
        await using var cluster = await RecActorsCluster.StartAsync(silos: 3, configure: Quick);
        var traffic = TrafficAsync(cluster, rounds: 25, seed: 2);
        await Eventually.HoldsAsync(() => Task.FromResult(cluster.Service<ItemStatistics>().PairCount > 100));

        // One without users of its own takes nothing along but partitions; which are its is chance.
        await cluster.KillAsync(cluster.Silos[2]);
        await traffic;

        await AssertSurvivorsAgreeAsync(cluster);
    }

    [Fact]
    public async Task PartitionsSiloKilled_OneHadNotFetchedWhatItsUsersDid_SurvivorsAgree()
    {
        string? late = null;
        await using var cluster = await RecActorsCluster.StartAsync(silos: 3, configure: silo =>
        {
            Quick(silo);
            silo.Configure<ItemStatsOptions>(options => options.Partitions = 1);
            silo.AddIncomingGrainCallFilter(call => call.InterfaceMethod.DeclaringType == typeof(IItemStatsGrain)
                && call.Request.GetArgument(0) is PartitionExchange exchange && exchange.Silo == Volatile.Read(ref late)
                ? throw new TimeoutException()
                : call.Invoke());
        });
        var partition = await cluster.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(cluster.Grains.GetGrain<IItemStatsGrain>(0));
        var killed = cluster.Silos.Single(silo => silo.SiloAddress.Equals(partition));
        var survivors = cluster.Silos.Where(silo => silo != killed).ToList();
        var (first, second) = (survivors[0].ServiceProvider.GetRequiredService<ItemStatistics>(), survivors[1].ServiceProvider.GetRequiredService<ItemStatistics>());

        Volatile.Write(ref late, survivors[1].SiloAddress.ToParsableString());
        RequestContext.Set(IPlacementDirector.PlacementHintKey, killed.SiloAddress);
        await cluster.User("user").AppendAsync(Likes("item-1", "item-2"));
        RequestContext.Clear();
        await Eventually.HoldsAsync(() => Task.FromResult(first.PairCount > 0));
        Assert.Equal(0, second.PairCount);
        await cluster.KillAsync(killed);
        Volatile.Write(ref late, null);

        await AssertSurvivorsAgreeAsync(cluster);
        Assert.NotEqual(0, second.PairCount);
    }

    [Fact]
    public async Task SiloJoinsUnderTraffic_CountsEverythingOnce()
    {
        await using var cluster = await RecActorsCluster.StartAsync(silos: 1, configure: Quick);
        await TrafficAsync(cluster, rounds: 10, seed: 3);
        var traffic = TrafficAsync(cluster, rounds: 40, seed: 4);
        await cluster.AddSiloAsync();
        await cluster.AddSiloAsync();
        await traffic;

        await AssertAllAgreeAsync(cluster);
    }

    [Fact]
    public async Task SiloStopsUnderTraffic_LeavesWhatItsUsersDid()
    {
        await using var cluster = await RecActorsCluster.StartAsync(silos: 3, configure: Quick);
        var traffic = TrafficAsync(cluster, rounds: 25, seed: 5);
        await Eventually.HoldsAsync(() => Task.FromResult(cluster.Service<ItemStatistics>().PairCount > 100));
        await cluster.StopAsync(cluster.Silos[2]);
        await traffic;

        await AssertAllAgreeAsync(cluster);
    }

    [Fact]
    public async Task SiloJoinsWhileMoreIsDoneThanPartitionsKeep_CountsEverythingOnce()
    {
        await using var cluster = await RecActorsCluster.StartAsync(silos: 2, configure: silo =>
        {
            Quick(silo);
            silo.Configure<ItemStatsOptions>(options => (options.Partitions, options.RetainedActions) = (1, MinRetained));
        });
        await TrafficAsync(cluster, rounds: 2, seed: 6);
        var reads = 0;
        cluster.Journal.BeforeRange = async () =>
        {
            if (Interlocked.Increment(ref reads) == 1)
            {
                // More than a thousand actions, which the partition gives up before the newcomer has replayed what came before them; the
                // two that are there keep up.
                for (var round = 0; round < 15; round++)
                {
                    await TrafficAsync(cluster, rounds: 1, seed: 100 + round);
                    await Eventually.HoldsAsync(() => Task.FromResult(Counts(cluster, 0) == Counts(cluster, 1)));
                }
            }
        };
        await cluster.AddSiloAsync();

        Assert.True(reads > 1);
        await AssertAllAgreeAsync(cluster);
    }

    [Fact]
    public async Task Silos_WithoutTraffic_AskNothingAndStillHearTheNextAction()
    {
        var exchanges = 0;
        await using var cluster = await RecActorsCluster.StartAsync(silos: 3, configure: silo =>
        {
            Quick(silo);
            silo.Configure<ItemStatsOptions>(options => options.RestInterval = TimeSpan.FromMinutes(10));
            silo.AddIncomingGrainCallFilter(async call =>
            {
                if (call.InterfaceMethod.DeclaringType == typeof(IItemStatsGrain))
                {
                    Interlocked.Increment(ref exchanges);
                }

                await call.Invoke();
            });
        });
        await TrafficAsync(cluster, rounds: 5, seed: 8);
        await AssertAllAgreeAsync(cluster);
        await QuietAsync();

        await TrafficAsync(cluster, rounds: 1, seed: 9);
        await AssertAllAgreeAsync(cluster);
        await QuietAsync();

        // The partitions start anew, and know of nobody who rests.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(partition => cluster.DeactivateAsync(cluster.Grains.GetGrain<IItemStatsGrain>(partition))));
        await TrafficAsync(cluster, rounds: 1, seed: 10);
        await AssertAllAgreeAsync(cluster);

        // Fifteen ticks of three silos without a single call.
        Task QuietAsync() => Eventually.HoldsAsync(async () =>
        {
            var before = Volatile.Read(ref exchanges);
            await Task.Delay(TimeSpan.FromMilliseconds(300));
            return Volatile.Read(ref exchanges) == before;
        });
    }

    private static void Quick(ISiloBuilder silo) => silo.Configure<ItemStatsOptions>(options => options.FlushInterval = TimeSpan.FromMilliseconds(20));

    private static Task TrafficAsync(RecActorsCluster cluster, int rounds, int seed) => Task.WhenAll(Enumerable.Range(0, Users).Select(async u =>
    {
        var random = new Random((seed * 1000) + u);
        for (var round = 0; round < rounds; round++)
        {
            // Popular ones oftener, so that there are ties and repeats.
            var batch = new FeedbackBatch([.. Enumerable.Range(0, random.Next(1, 4)).Select(i => Action(
                random.Next(5) == 0 ? "rating" : "like",
                $"item-{random.Next(Items) * random.Next(Items) / Items:00}",
                random.Next(1, 6),
                eventId: $"{seed}-{round}-{i}") with { TimestampMs = Now - random.Next(3 * 3_600_000) })]);
            await Eventually.SucceedsAsync(() => cluster.User($"user-{u}").AppendAsync(batch));
        }
    }));

    private static async Task DisturbAsync(RecActorsCluster cluster, CancellationToken cancellationToken)
    {
        for (var partition = 0; !cancellationToken.IsCancellationRequested; partition++)
        {
            await cluster.DeactivateAsync(cluster.Grains.GetGrain<IItemStatsGrain>(partition % 8));
        }
    }

    private static async Task AssertAllAgreeAsync(RecActorsCluster cluster)
    {
        var recount = await RecountAsync(cluster);
        await Eventually.HoldsAsync(() => Task.FromResult(Replicas(cluster).Distinct().Count() == 1 && Counts(cluster, 0) == recount));
        var lists = await Task.WhenAll(cluster.Silos.Select((_, silo) => ListsOfAsync(cluster, silo)));
        Assert.NotEmpty(lists[0]);
        Assert.All(lists, other => Assert.Equal(lists[0], other));
    }

    private static async Task AssertSurvivorsAgreeAsync(RecActorsCluster cluster)
    {
        try
        {
            await Eventually.HoldsAsync(() => Task.FromResult(Replicas(cluster).Distinct().Count() == 1));
        }
        catch (TimeoutException)
        {
            var replicas = Replicas(cluster).Select(replica => replica.Split('\n')).ToList();
            Assert.Fail("Survivors differ:\n" + string.Join("\n\n", replicas.Select((replica, index) =>
                string.Join('\n', replica.Where(line => replicas.Exists(other => !other.Contains(line))).Prepend($"Survivor {index}")))));
        }
    }

    /// <summary>Everything that each silo has counted, as text.</summary>
    private static IEnumerable<string> Replicas(RecActorsCluster cluster) =>
        cluster.Silos.Select((_, silo) => Counts(cluster, silo) + string.Join(' ', StateOf(cluster, silo).RecentPopularities));

    private static string Counts(RecActorsCluster cluster, int silo) => CountsOf(StateOf(cluster, silo));

    private static ItemStatisticsState StateOf(RecActorsCluster cluster, int silo) =>
        cluster.Service<ItemStatistics>(silo).Export(cluster.Service<CatalogReplica>(silo).IdOf);

    private static string CountsOf(ItemStatisticsState state) => string.Join('\n', state.ItemIds.Select((id, item) =>
        $"{id} {state.Counts[item]} {state.FirstSeenMs[item]}: " + string.Join(' ', Enumerable.Range(state.PairOffsets[item], state.PairOffsets[item + 1] - state.PairOffsets[item])
            .Select(pair => $"{state.ItemIds[state.PairItems[pair]]}={string.Join('/', state.PairValues[(pair * 4)..((pair * 4) + 4)])}")))) + TrendingOf(state.Trending);

    private static string TrendingOf(TrendingState state) => string.Join('\n', state.Windows.SelectMany(window => window.Buckets.Select(bucket =>
        $"{window.LengthMs} {bucket.Number}: " + string.Join(' ', bucket.Users.Select(item => $"{state.ItemIds[item.Place]}={item.Users}")))));

    /// <summary>The lists that people see: neighbours and popular items, with scores.</summary>
    private static async Task<List<string>> ListsOfAsync(RecActorsCluster cluster, int silo)
    {
        var (catalog, statistics) = (cluster.Service<CatalogReplica>(silo), cluster.Service<ItemStatistics>(silo));
        var similar = cluster.Service<SimilarItems>(silo);
        var trending = new int[Items];
        var lists = new List<string>
        {
            string.Join(' ', trending[..statistics.Trending(trending)].Select(row => $"{catalog.IdOf(row)}={statistics.RecentPopularity(row)}")),
        };
        for (var item = 0; item < Items; item++)
        {
            if (catalog.TryGetRow($"item-{item:00}", out var row))
            {
                lists.Add(string.Join(' ', (await similar.ToAsync(row, 10, null, null, 0, other => other != row, default)).Select(other => $"{catalog.IdOf(other.Row)}={other.Score}")));
            }
        }

        return lists;
    }

    /// <summary>What the journals say, counted user by user.</summary>
    private static async Task<string> RecountAsync(RecActorsCluster cluster)
    {
        var catalog = new CatalogReplica();
        var statistics = new ItemStatistics(new ItemStatisticsOptions());
        statistics.TrendingItems.MoveTo(Now);
        var policy = cluster.Service<FeedbackPolicy>();
        foreach (var userId in await cluster.StoredJournal.ListUsersAsync(null, Users * 2, default))
        {
            var user = new UserState(catalog, policy, 1);
            foreach (var entry in await cluster.StoredJournal.ReadAsync(userId, default))
            {
                var signal = policy.SignalOf(entry);
                statistics.Observe(
                    user.History.NewestFirst.AsSpan(), new(catalog.Intern(entry.ItemId), signal.Weight, signal.Polarity, entry.TimestampMs));
                user.Replay(entry);
            }
        }

        return CountsOf(statistics.Export(catalog.IdOf));
    }
}
