using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Users;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.Anonymous;

public sealed class AnonymousSessionsTests
{
    private static long NowMs => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private static FeedbackBatch Recent => new([Action("like", "item") with { TimestampMs = NowMs }]);

    [Fact]
    public async Task Run_ErasesSessionsWithoutAnActionForSoLongAndNobodyElse()
    {
        await using var cluster = await StartAsync(configure: Sessions);
        await cluster.User("ann").AppendAsync(Likes("item"));
        await cluster.User("anon-old").AppendAsync(Likes("item", "other"));
        await cluster.User("anon-old").SetProfileAsync(new UserProfile("anon-old", Comment: "visitor"));
        await cluster.User("anon-back").AppendAsync(Likes("item"));
        await cluster.User("anon-back").AppendAsync(Recent);
        await cluster.User("anon-named").SetProfileAsync(new UserProfile("anon-named"));

        Assert.Equal(1, await RunAsync(cluster));

        Assert.Equal(["ann", "anon-back", "anon-named"], await cluster.StoredJournal.ListUsersAsync(null, 10, default));
        Assert.Equal(["ann", "anon-back"], await cluster.StoredJournal.ListUsersOfItemAsync("item", null, 10, default));
        Assert.Null(await cluster.User("anon-old").ExportAsync());

        // Nobody is refused: the visitor begins anew.
        Assert.Equal(1, (await cluster.User("anon-old").AppendAsync(Recent)).UserVersion);
    }

    [Fact]
    public async Task Run_AskedToRefuse_DropsWhatArrivesLater()
    {
        await using var cluster = await StartAsync(configure: silo =>
        {
            Sessions(silo);
            silo.Configure<AnonymousOptions>(options => options.Refuse = true);
        });
        await cluster.User("anon-1").AppendAsync(Likes("item"));

        Assert.Equal(1, await RunAsync(cluster));
        Assert.Equal(1, (await cluster.User("anon-1").AppendAsync(Recent)).Dropped);
    }

    [Fact]
    public async Task Run_MoreThanARunMayDo_GoesOnWithTheNext()
    {
        await using var cluster = await StartAsync(silos: 2, configure: silo =>
        {
            Sessions(silo);
            silo.Configure<AnonymousOptions>(options => (options.UsersPerRun, options.Interval) = (10, TimeSpan.FromMilliseconds(50)));
        });
        await Task.WhenAll(Enumerable.Range(0, 25).Select(user => cluster.User($"ann-{user:00}").AppendAsync(Likes("item"))));
        await Task.WhenAll(Enumerable.Range(0, 25).Select(user => cluster.User($"anon-{user:00}").AppendAsync(Likes("item"))));

        // By the loops of both silos, which wake the one who erases.
        await Eventually.HoldsAsync(async () => (await cluster.StoredJournal.ListUsersAsync("ann-24", 100, default)).Count == 0);
        Assert.Equal(25, (await cluster.StoredJournal.ListUsersAsync(null, 100, default)).Count);
    }

    [Fact]
    public async Task Run_OnAnotherActivationEachTime_GetsPastTheUsersWhoStay()
    {
        await using var cluster = await StartAsync(configure: silo =>
        {
            Sessions(silo);
            silo.Configure<AnonymousOptions>(options => options.UsersPerRun = 2);
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(user => cluster.User($"ann-{user}").AppendAsync(Likes("item"))));
        await cluster.User("anon-1").AppendAsync(Likes("item"));

        var erased = new List<int>();
        for (var run = 0; run < 3; run++)
        {
            erased.Add(await RunAsync(cluster));
            await cluster.DeactivateAsync(cluster.Grains.GetGrain<IAnonymousSessionsGrain>(0));
        }

        Assert.Equal([0, 0, 1], erased);
    }

    [Fact]
    public async Task Run_ASessionThatCannotBeRead_IsNoneOfTheOthersBusiness()
    {
        await using var cluster = await StartAsync(configure: Sessions);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(user => cluster.User($"anon-{user}").AppendAsync(Likes("item"))));
        cluster.Journal.Of("anon-1").FailRead = 1;

        Assert.Equal(2, await RunAsync(cluster));
        Assert.Equal(["anon-1"], await cluster.StoredJournal.ListUsersAsync(null, 10, default));

        // It has its turn when all have had theirs.
        await cluster.DeactivateAsync(cluster.Grains.GetGrain<IAnonymousSessionsGrain>(0));
        Assert.Equal(1, await RunAsync(cluster));
    }

    [Fact]
    public async Task Run_ASessionThatWasShownThingsForLater_LivesByItsActionsAndItsProfile()
    {
        await using var cluster = await StartAsync(configure: Sessions);
        var shown = new FeedbackBatch([Action("read", "shown", operation: FeedbackOperation.Show) with { TimestampMs = NowMs + (long)TimeSpan.FromDays(3650).TotalMilliseconds }]);
        await cluster.User("anon-acted").AppendAsync(Likes("item"));
        await cluster.User("anon-acted").AppendAsync(shown);
        await cluster.User("anon-named").SetProfileAsync(new UserProfile("anon-named"));
        await cluster.User("anon-named").AppendAsync(shown);
        await cluster.User("anon-shown").AppendAsync(shown);

        Assert.Equal(1, await RunAsync(cluster));
        Assert.Equal(["anon-named", "anon-shown"], await cluster.StoredJournal.ListUsersAsync(null, 10, default));
    }

    [Fact]
    public async Task Run_AgainWithinTheInterval_DoesNothing()
    {
        await using var cluster = await StartAsync(configure: Sessions);
        Assert.Equal(0, await RunAsync(cluster));
        await cluster.User("anon-1").AppendAsync(Likes("item"));
        Assert.Equal(0, await RunAsync(cluster));
    }

    [Fact]
    public async Task Expire_OfAUserWhoHasActedMeanwhile_LeavesEverything()
    {
        await using var cluster = await StartAsync();
        await cluster.User("anon-1").AppendAsync(Likes("item"));
        await cluster.User("anon-1").AppendAsync(Recent);

        Assert.False(await cluster.User("anon-1").ExpireAsync(NowMs - 60_000, refuse: false));
        Assert.Equal(3, (await cluster.User("anon-1").AppendAsync(new([Action("like", "third")]))).UserVersion);
    }

    private static void Sessions(ISiloBuilder silo) => silo.Configure<AnonymousOptions>(options =>
        (options.Prefix, options.TimeToLive, options.Interval) = ("anon-", TimeSpan.FromDays(1), TimeSpan.FromDays(1)));

    private static Task<int> RunAsync(RecActorsCluster cluster) =>
        cluster.Service<IGrainFactory>().GetGrain<IAnonymousSessionsGrain>(0).RunAsync();
}
