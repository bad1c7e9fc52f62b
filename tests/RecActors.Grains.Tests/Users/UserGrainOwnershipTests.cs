using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using RecActors.Failures;
using RecActors.Hosting;
using RecActors.Journal;
using RecActors.Ranking;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.Users;

/// <summary>What a user's grain answers when it cannot be sure that it still owns the user.</summary>
public sealed class UserGrainOwnershipTests : IAsyncLifetime
{
    private readonly RecommendQuery _query = new();
    private readonly MembershipRow _membership = new();
    private RecActorsCluster? _cluster;

    private RecActorsCluster Cluster => _cluster!;

    /// <summary>A silo that never manages to confirm its membership.</summary>
    public async ValueTask InitializeAsync() => _cluster = await RecActorsCluster.StartAsync(configure: silo =>
    {
        silo.Configure<MembershipLeaseOptions>(options => options.Duration = TimeSpan.FromTicks(1));
        silo.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<MembershipLease>(services, _membership, _membership));
        silo.Configure<UserOptions>(options => options.JournalRetryPause = TimeSpan.FromMilliseconds(1));
    });

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Recommend_AnotherOwnerHasWritten_IsNotAnsweredFromMemory()
    {
        var user = Cluster.User("replaced");
        await user.AppendAsync(Likes("a"));
        var other = await Cluster.StoredJournal.OpenAsync("replaced", default);
        await Cluster.StoredJournal.AppendAsync("replaced", other.Epoch, 1, [other.Entries[0] with { ItemId = "b" }], default);

        await Assert.ThrowsAsync<UnavailableException>(() => user.RecommendAsync(_query));
        var answer = await Eventually.SucceedsAsync(() => user.RecommendAsync(_query));

        Assert.Equal((2, false), (answer.UserVersion, answer.MayBeStale));
    }

    [Fact]
    public async Task Taste_AnotherOwnerHasOnlyOpened_IsLeftToTheSuccessor()
    {
        var user = Cluster.User("opened");
        await user.AppendAsync(Likes("a"));
        await Cluster.StoredJournal.OpenAsync("opened", default);

        await Assert.ThrowsAsync<UnavailableException>(() => user.GetTasteAsync());
        Assert.Equal(1, (await Eventually.SucceedsAsync(() => user.GetTasteAsync())).UserVersion);
    }

    [Fact]
    public async Task Append_SiloHasBeenDeclaredDead_TakesNobodyOverAndAcknowledgesNothing()
    {
        var (user, batch) = (Cluster.User("elsewhere"), Likes("b"));
        var owner = await Cluster.StoredJournal.OpenAsync("elsewhere", default);
        _membership.Row.Status = SiloStatus.Dead;

        await Assert.ThrowsAsync<UnavailableException>(() => user.AppendAsync(batch));
        await Assert.ThrowsAsync<UnavailableException>(() => user.RecommendAsync(_query));
        Assert.Equal(new JournalHead(owner.Epoch, 0), await Cluster.StoredJournal.ReadHeadAsync("elsewhere", default));

        _membership.Row.Status = SiloStatus.Active;
        Assert.Equal(new FeedbackReceipt(1, 1), await user.AppendAsync(batch));
    }

    [Fact]
    public async Task Append_SiloIsDeclaredDeadWhileTheJournalIsOpened_AcknowledgesNothing()
    {
        var (user, batch) = (Cluster.User("in between"), Likes("b"));
        Cluster.Journal.Of("in between").Opened = () => _membership.Row.Status = SiloStatus.Dead;

        await Assert.ThrowsAsync<UnavailableException>(() => user.AppendAsync(batch));
        Assert.Empty(await Cluster.StoredJournal.ReadAsync("in between", default));
    }

    [Fact]
    public async Task Recommend_StillTheOwner_AnswersWithoutAMark()
    {
        var user = Cluster.User("owner");
        await user.AppendAsync(Likes("a"));

        var answer = await user.RecommendAsync(_query);

        Assert.Equal((1, false), (answer.UserVersion, answer.MayBeStale));
    }

    [Fact]
    public async Task JournalDown_ActiveUsersAreAnsweredAndMarked_OthersAndWritesAreRefused_UntilItIsBack()
    {
        var user = Cluster.User("active");
        var batch = new FeedbackBatch([Action("like", "b", eventId: "e")]);
        await user.AppendAsync(Likes("a"));
        Cluster.Journal.IsDown = true;

        var during = await user.RecommendAsync(_query);
        Assert.Equal((1, true), (during.UserVersion, during.MayBeStale));
        Assert.True((await user.GetTasteAsync()).MayBeStale);
        await Assert.ThrowsAsync<UnavailableException>(() => Cluster.User("not in memory").RecommendAsync(_query));
        await Assert.ThrowsAsync<UnavailableException>(() => user.AppendAsync(batch));
        Assert.True((await user.RecommendAsync(_query)).MayBeStale);
        await Assert.ThrowsAsync<UnavailableException>(() => user.RecommendAsync(_query with { MinimumUserVersion = 2 }));

        Cluster.Journal.IsDown = false;
        Assert.Equal(new FeedbackReceipt(2, 1), await Eventually.SucceedsAsync(() => user.AppendAsync(batch)));

        // The journal is asked again a moment after it did not answer.
        await Eventually.HoldsAsync(async () => await user.RecommendAsync(_query) is { UserVersion: 2, MayBeStale: false });
        Assert.Equal(2, (await Cluster.StoredJournal.ReadAsync("active", default)).Count);
        Assert.Equal(0, (await Cluster.User("not in memory").RecommendAsync(_query)).UserVersion);
    }

    [Fact]
    public async Task Append_NobodyKnowsWhetherItTookPlace_ReadsGoOnAndFindItOut()
    {
        var faults = Cluster.Journal.Of("uncertain");
        var user = Cluster.User("uncertain");
        await user.AppendAsync(Likes("a"));
        (faults.FailAfter, faults.FailRead) = (1, 2);

        await Assert.ThrowsAsync<UnavailableException>(() => user.AppendAsync(Likes("b")));
        var unsure = await user.RecommendAsync(_query);
        Assert.Equal((1, true), (unsure.UserVersion, unsure.MayBeStale));

        await Eventually.HoldsAsync(async () => await user.RecommendAsync(_query) is { UserVersion: 2, MayBeStale: false });
    }

    [Fact]
    public async Task JournalShorterThanAcknowledged_IsAlarmedOnceAndLeftToTheSuccessor()
    {
        using var shorter = new CountedMeasurements("recactors.journal.shorter");
        var user = Cluster.User("robbed");
        await user.AppendAsync(Likes("a", "b"));
        await Cluster.StoredJournal.DeleteAsync("robbed", default);
        var batch = Likes("c");

        await Assert.ThrowsAsync<UnavailableException>(() => user.AppendAsync(batch));
        var receipt = await Eventually.SucceedsAsync(() => user.AppendAsync(batch));

        Assert.Equal(1, receipt.UserVersion);
        Assert.Equal(1, shorter.Total);
    }

    /// <summary>What a counter of the grains has counted since.</summary>
    private sealed class CountedMeasurements : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _total;

        public CountedMeasurements(string name)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _total, value));
            _listener.Start();
        }

        public long Total => Interlocked.Read(ref _total);

        public void Dispose() => _listener.Dispose();
    }
}
