using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RecActors.Failures;
using RecActors.Hosting;
using RecActors.Ranking;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.Users;

public sealed class UserGrainAppendTests(SingleSilo silo) : IClassFixture<SingleSilo>
{
    private readonly RecActorsCluster _cluster = silo.Cluster;

    [Fact]
    public async Task Recommend_AfterAnyAcknowledgement_SeesTheActions()
    {
        await _cluster.PutItemsAsync(Enumerable.Range(0, 60).Select(i => new Items.Item { ItemId = $"read-{i}" }));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async u =>
        {
            var user = _cluster.User($"reader-{u}");
            for (var i = 0; i < 10; i++)
            {
                var receipt = await user.AppendAsync(Likes($"read-{(u + i) % 60}"));
                var answer = await user.RecommendAsync(new RecommendQuery { Count = 60, MinimumUserVersion = receipt.UserVersion });

                Assert.True(answer.UserVersion >= receipt.UserVersion);
                Assert.DoesNotContain(answer.Items, item => item.ItemId == $"read-{(u + i) % 60}");
            }
        }));
    }

    [Fact]
    public async Task Append_RepeatedEventIdsAtOnce_AreThereOnce()
    {
        var user = _cluster.User("repeater");
        var events = Enumerable.Range(0, 20).Select(i => Action("like", $"repeat-{i}", eventId: $"event-{i}")).ToList();

        var receipts = await Task.WhenAll(
            Enumerable.Range(0, 5).SelectMany(_ => events.Select(action => user.AppendAsync(new FeedbackBatch([action, action])))));

        Assert.Equal(20, receipts.Sum(receipt => receipt.Appended));
        Assert.Equal(20, (await StoredAsync("repeater")).Count);
    }

    [Fact]
    public async Task Append_RepeatedAfterDeactivation_IsStillRecognised()
    {
        var user = _cluster.User("comes-back");
        await user.AppendAsync(new FeedbackBatch([Action("like", "back-1", eventId: "once")]));
        await _cluster.DeactivateAsync(user);

        var receipt = await user.AppendAsync(new FeedbackBatch([Action("like", "back-1", eventId: "once")]));

        Assert.Equal(new FeedbackReceipt(1, 0), receipt);
    }

    [Fact]
    public async Task Append_WhileOneIsInFlight_FormsTheNextAppend()
    {
        var faults = _cluster.Journal.Of("busy");
        var gate = new TaskCompletionSource();
        faults.Gate = gate.Task;
        var user = _cluster.User("busy");
        await _cluster.PutItemsAsync(Enumerable.Range(0, 40).Select(i => new Items.Item { ItemId = $"busy-{i}" }));

        var first = user.AppendAsync(Likes("busy-0"));
        await faults.Arrived.Task;
        var others = Enumerable.Range(1, 39).Select(i => user.AppendAsync(Likes($"busy-{i}"))).ToList();

        // Answered by the grain only after it has taken the calls before it.
        await user.RecommendAsync(new RecommendQuery());
        gate.SetResult();
        var receipts = await Task.WhenAll(others.Prepend(first));

        Assert.Equal(1, faults.Appends.First());
        Assert.True(faults.Appends.Count <= 3, $"{faults.Appends.Count} appends for 40 calls");
        Assert.Equal(40, receipts.Max(receipt => receipt.UserVersion));
    }

    [Fact]
    public async Task Append_JournalFailsBeforeWriting_IsNotAcknowledgedAndRepeatable()
    {
        _cluster.Journal.Of("unlucky").FailBefore = 1;
        var user = _cluster.User("unlucky");
        var batch = new FeedbackBatch([Action("like", "unlucky-1", eventId: "e")]);

        await Assert.ThrowsAsync<UnavailableException>(() => user.AppendAsync(batch));
        Assert.Empty(await StoredAsync("unlucky"));
        var receipt = await Eventually.SucceedsAsync(() => user.AppendAsync(batch));

        Assert.Equal(new FeedbackReceipt(1, 1), receipt);
        Assert.Single(await StoredAsync("unlucky"));
    }

    [Fact]
    public async Task Append_ReplyLost_IsFoundInTheJournalAndAcknowledged()
    {
        _cluster.Journal.Of("lucky").FailAfter = 1;

        var receipt = await _cluster.User("lucky").AppendAsync(Likes("lucky-1", "lucky-2"));

        Assert.Equal(new FeedbackReceipt(2, 2), receipt);
        Assert.Equal(2, (await StoredAsync("lucky")).Count);
    }

    [Fact]
    public async Task Append_ReplyLostAndJournalReplacedAfterItWasRead_IsNotAcknowledgedUntilItIsReadAgain()
    {
        var faults = _cluster.Journal.Of("failed-over");
        (faults.FailAfter, faults.Replaced) = (1, 2);
        var user = _cluster.User("failed-over");
        var batch = new FeedbackBatch([Action("like", "over-1", eventId: "e")]);

        // First what the append left is not proven, then what the next activation has found.
        await Assert.ThrowsAsync<UnavailableException>(() => user.AppendAsync(batch));
        Assert.Equal(1, Volatile.Read(ref faults.Replaced));
        var receipt = await Eventually.SucceedsAsync(() => user.AppendAsync(batch));

        Assert.Equal(0, Volatile.Read(ref faults.Replaced));
        Assert.Equal(new FeedbackReceipt(1, 0), receipt);
        Assert.Single(await StoredAsync("failed-over"));
    }

    [Fact]
    public async Task Append_ReplyLostAndJournalUnreadable_IsNotAcknowledgedAndNeverTwice()
    {
        var faults = _cluster.Journal.Of("in-the-dark");
        (faults.FailAfter, faults.FailRead) = (1, 1);
        var user = _cluster.User("in-the-dark");
        var batch = new FeedbackBatch([Action("like", "dark-1", eventId: "e")]);

        await Assert.ThrowsAsync<UnavailableException>(() => user.AppendAsync(batch));
        var receipt = await Eventually.SucceedsAsync(() => user.AppendAsync(batch));

        Assert.Equal(new FeedbackReceipt(1, 0), receipt);
        Assert.Single(await StoredAsync("in-the-dark"));
    }

    [Fact]
    public async Task Append_AnotherOwnerHasTheJournal_IsRefusedAndLeftToTheSuccessor()
    {
        var user = _cluster.User("contested");
        await user.AppendAsync(Likes("contested-1"));
        await _cluster.StoredJournal.OpenAsync("contested", default);
        var batch = new FeedbackBatch([Action("like", "contested-2", eventId: "e")]);

        await Assert.ThrowsAsync<UnavailableException>(() => user.AppendAsync(batch));
        var receipt = await Eventually.SucceedsAsync(() => user.AppendAsync(batch));

        Assert.Equal(new FeedbackReceipt(2, 1), receipt);
        Assert.Equal(2, (await StoredAsync("contested")).Count);
    }

    [Fact]
    public async Task Recommend_VersionThatAnotherOwnerWrote_IsNotAnsweredFromStaleState()
    {
        var user = _cluster.User("stale");
        await user.AppendAsync(Likes("stale-1"));
        var other = await _cluster.StoredJournal.OpenAsync("stale", default);
        await _cluster.StoredJournal.AppendAsync("stale", other.Epoch, 1, [other.Entries[0] with { ItemId = "stale-2" }], default);

        var query = new RecommendQuery { MinimumUserVersion = 2 };
        await Assert.ThrowsAsync<UnavailableException>(() => user.RecommendAsync(query));
        var answer = await Eventually.SucceedsAsync(() => user.RecommendAsync(query));

        Assert.Equal(2, answer.UserVersion);
    }

    [Fact]
    public async Task Recommend_AnotherOwnerHasWrittenAndThisSiloIsSound_IsNotAnsweredFromStaleState()
    {
        var user = _cluster.User("forgotten");
        await user.AppendAsync(Likes("forgotten-1"));
        var other = await _cluster.StoredJournal.OpenAsync("forgotten", default);
        await _cluster.StoredJournal.AppendAsync("forgotten", other.Epoch, 1, [other.Entries[0] with { ItemId = "forgotten-2" }], default);

        await Assert.ThrowsAsync<UnavailableException>(() => user.RecommendAsync(new RecommendQuery()));
        Assert.Equal(2, (await Eventually.SucceedsAsync(() => user.RecommendAsync(new RecommendQuery()))).UserVersion);
    }

    [Fact]
    public async Task Append_TooManyActionsWait_IsRefusedAndNothingOfItIsDone()
    {
        await using var small = await RecActorsCluster.StartAsync(configure: silo =>
            silo.Services.Configure<UserOptions>(options => options.MaxWaitingActions = 3));
        var faults = small.Journal.Of("flood");
        var gate = new TaskCompletionSource();
        faults.Gate = gate.Task;
        var user = small.User("flood");

        var written = user.AppendAsync(Likes("flood-1"));
        await faults.Arrived.Task;
        var waiting = user.AppendAsync(Likes("flood-2", "flood-3"));
        await user.RecommendAsync(new RecommendQuery());
        await Assert.ThrowsAsync<OverloadedException>(() => user.AppendAsync(Likes("flood-4", "flood-5")));
        gate.SetResult();
        await Task.WhenAll(written, waiting);

        Assert.Equal(
            ["flood-1", "flood-2", "flood-3"], (await small.StoredJournal.ReadAsync("flood", default)).Select(entry => entry.ItemId));
    }

    [Fact]
    public async Task Append_FailsAndSoDoesTheLog_IsHeardByAllWhoWaitAndLeftToASuccessor()
    {
        var log = new ClosedLog();
        await using var unlogged = await RecActorsCluster.StartAsync(configure: silo => silo.Services.AddSingleton<ILogger<UserGrain>>(log));
        var (user, faults, gate) = (unlogged.User("unlogged"), unlogged.Journal.Of("unlogged"), new TaskCompletionSource());
        faults.Gate = gate.Task;
        var first = user.AppendAsync(Likes("unlogged-1"));
        await faults.Arrived.Task;
        var second = user.AppendAsync(Likes("unlogged-2"));

        // Answered by the grain only after it has taken the calls before it.
        await user.RecommendAsync(new RecommendQuery());
        gate.SetException(new InvalidOperationException("Injected: nobody expects this."));

        await Assert.ThrowsAsync<UnavailableException>(() => first);
        await Assert.ThrowsAsync<UnavailableException>(() => second);
        faults.Gate = Task.CompletedTask;
        Assert.Equal(new FeedbackReceipt(1, 1), await Eventually.SucceedsAsync(() => user.AppendAsync(Likes("unlogged-3"))));
        Assert.Equal(1, log.Refused);
    }

    [Fact]
    public async Task Append_OwnersSiloKilled_LosesNothingAcknowledgedAndCountsNothingTwice()
    {
        await using var pair = await RecActorsCluster.StartAsync(silos: 2);
        var users = Enumerable.Range(0, 20).Select(u => $"survivor-{u}").ToList();
        foreach (var round in Enumerable.Range(0, 4))
        {
            var writing = users.Select(userId => Eventually.SucceedsAsync(() => pair.User(userId).AppendAsync(
                new FeedbackBatch([Action("like", $"round-{round}", eventId: $"round-{round}")])))).ToList();
            if (round == 2)
            {
                await pair.KillAsync(pair.Silos[1]);
            }

            await Task.WhenAll(writing);
        }

        foreach (var userId in users)
        {
            var stored = await pair.StoredJournal.ReadAsync(userId, default);
            Assert.Equal(["round-0", "round-1", "round-2", "round-3"], stored.Select(entry => entry.ItemId));
            Assert.Equal(4, (await Eventually.SucceedsAsync(() => pair.User(userId).GetTasteAsync())).UserVersion);
        }
    }

    [Fact]
    public async Task Append_InvalidAction_NamesItAndAppliesNothing()
    {
        var batch = new FeedbackBatch([Action("like", "fine"), Action("like", "bad", double.NaN)]);

        var error = await Assert.ThrowsAsync<ArgumentException>(() => _cluster.User("careless").AppendAsync(batch));

        Assert.Contains("Action 1", error.Message, StringComparison.Ordinal);
        Assert.Empty(await StoredAsync("careless"));
    }

    [Fact]
    public async Task Append_UnknownItem_IsInTheCatalogBeforeTheAcknowledgement()
    {
        await _cluster.User("discoverer").AppendAsync(Likes("never-heard-of"));

        Assert.NotNull(await _cluster.Storage.Catalog.GetAsync("never-heard-of", default));
    }

    private async Task<IReadOnlyList<Feedback.FeedbackEntry>> StoredAsync(string userId) =>
        await _cluster.StoredJournal.ReadAsync(userId, default);

    /// <summary>A log whose exporter is closed.</summary>
    private sealed class ClosedLog : ILogger<UserGrain>
    {
        private int _refused;

        /// <summary>How many errors could not be written.</summary>
        public int Refused => Volatile.Read(ref _refused);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Interlocked.Increment(ref _refused);
            throw new ObjectDisposedException(nameof(ClosedLog));
        }
    }
}
