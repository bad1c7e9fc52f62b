using System.Collections.Concurrent;
using RecActors.Failures;
using RecActors.Hosting;
using RecActors.Ranking;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.Users;

/// <summary>What is handed to a user's actor in its process is what a call would have made of it.</summary>
public sealed class UserIntakeTests(SingleSilo silo) : IClassFixture<SingleSilo>
{
    private readonly RecActorsCluster _cluster = silo.Cluster;

    private IUserIntake Intake => _cluster.Service<IUserIntake>();

    [Fact]
    public void Hand_UserWhoIsNotHere_IsRefused()
    {
        var delivery = new Delivery(Likes("nobody-1"));

        Assert.False(Intake.TryHand("intake-nobody", delivery));
        Assert.False(delivery.Settled.IsCompleted);
    }

    /// <summary>Of many users one only wants to know whether they exist.</summary>
    [Fact]
    public async Task Hand_UserWhoHasOnlyBeenLookedUp_IsRefusedUntilTheFirstQuestionOrAction()
    {
        Assert.Null(await _cluster.User("intake-looked-up").GetProfileAsync());
        Assert.False(Intake.TryHand("intake-looked-up", new Delivery(Likes("looked-up-1"))));

        await _cluster.User("intake-looked-up").AppendAsync(Likes("looked-up-1"));

        Assert.Equal(new FeedbackReceipt(2, 1), await HandAsync("intake-looked-up", Likes("looked-up-1")));
    }

    [Fact]
    public async Task Hand_AfterDeactivation_IsRefused()
    {
        var user = await WakeAsync("intake-leaves");
        await _cluster.DeactivateAsync(user);

        Assert.False(Intake.TryHand("intake-leaves", new Delivery(Likes("leaves-1"))));
    }

    [Fact]
    public async Task Hand_AgainAndAgain_IsDurableAndInTheNextAnswer()
    {
        await _cluster.PutItemsAsync(Enumerable.Range(0, 10).Select(i => new Items.Item { ItemId = $"intake-{i}" }));
        var user = await WakeAsync("intake-reader");
        for (var i = 0; i < 10; i++)
        {
            var receipt = await HandAsync("intake-reader", Likes($"intake-{i}"));
            Assert.Equal(new FeedbackReceipt(i + 1, 1), receipt);

            var answer = await user.RecommendAsync(new RecommendQuery { Count = 20 });
            Assert.Equal(i + 1, answer.UserVersion);
            Assert.DoesNotContain(answer.Items, item => item.ItemId == $"intake-{i}");
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"intake-{i}"), (await StoredAsync("intake-reader")).Select(entry => entry.ItemId));
    }

    [Fact]
    public async Task Hand_BesideCallsAndFromManyThreads_IsThereOnceInOneOrder()
    {
        const int Writers = 8, Each = 50;
        var user = await WakeAsync("intake-busy");
        await _cluster.PutItemsAsync(Enumerable.Range(0, Each).Select(i => new Items.Item { ItemId = $"crowd-{i}" }));

        var receipts = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var mine = new List<FeedbackReceipt>();
            for (var i = 0; i < Each; i++)
            {
                var batch = new FeedbackBatch([Action("like", $"crowd-{i}", eventId: $"{writer}-{i}")]);
                mine.Add(writer % 2 == 0 ? await HandAsync("intake-busy", batch) : await user.AppendAsync(batch));
            }

            return mine;
        })));

        Assert.All(receipts, mine => Assert.Equal(mine.OrderBy(receipt => receipt.UserVersion), mine));
        Assert.Equal(Enumerable.Range(1, Writers * Each).Select(version => (long)version), receipts.SelectMany(mine => mine).Select(receipt => receipt.UserVersion).Order());
        Assert.Equal(Writers * Each, (await StoredAsync("intake-busy")).Count);
    }

    [Fact]
    public async Task Hand_RepeatedEventIds_AreThereOnce()
    {
        await WakeAsync("intake-repeats");
        var faults = _cluster.Journal.Of("intake-repeats");
        var gate = new TaskCompletionSource();
        faults.Gate = gate.Task;
        await _cluster.PutItemsAsync(new Items.Item { ItemId = "again-1" }, new Items.Item { ItemId = "again-2" });
        FeedbackAction[] actions = [Action("like", "again-1", eventId: "a"), Action("like", "again-2", eventId: "b")];

        var first = HandAsync("intake-repeats", new FeedbackBatch([actions[0], actions[0]]));
        await faults.Arrived.Task;
        var second = HandAsync("intake-repeats", new FeedbackBatch(actions));
        var third = HandAsync("intake-repeats", new FeedbackBatch([actions[0]]));
        gate.SetResult();

        Assert.Equal(new FeedbackReceipt(1, 1), await first);
        Assert.Equal(new FeedbackReceipt(2, 1), await second);
        Assert.Equal(0, (await third).Appended);
        Assert.Equal(new FeedbackReceipt(2, 0), await HandAsync("intake-repeats", new FeedbackBatch(actions)));
        Assert.Equal(2, (await StoredAsync("intake-repeats")).Count);
    }

    [Fact]
    public async Task Hand_WhileAnAppendIsInFlight_FormsTheNextOne()
    {
        await WakeAsync("intake-coalesces");
        await _cluster.PutItemsAsync(Enumerable.Range(0, 40).Select(i => new Items.Item { ItemId = $"joined-{i}" }));
        var faults = _cluster.Journal.Of("intake-coalesces");
        var gate = new TaskCompletionSource();
        faults.Gate = gate.Task;

        var first = HandAsync("intake-coalesces", Likes("joined-0"));
        await faults.Arrived.Task;
        var others = Enumerable.Range(1, 39).Select(i => HandAsync("intake-coalesces", Likes($"joined-{i}"))).ToList();

        // Answered in a turn after theirs.
        await _cluster.User("intake-coalesces").RecommendAsync(new RecommendQuery());
        gate.SetResult();
        var receipts = await Task.WhenAll(others.Prepend(first));

        Assert.Equal([1, 39], faults.Appends);
        Assert.Equal(Enumerable.Range(1, 40).Select(version => (long)version), receipts.Select(receipt => receipt.UserVersion));
    }

    [Fact]
    public async Task Hand_BeforeAndAfterAwaits_RunsInTheTurnsOfTheActivation()
    {
        var user = await WakeAsync("intake-turns");
        await _cluster.PutItemsAsync(new Items.Item { ItemId = "turns-1" });
        var context = _cluster.Service<IGrainContextAccessor>();
        var seen = new ConcurrentQueue<(TaskScheduler Scheduler, IGrainContext? Actor)>();
        var faults = _cluster.Journal.Of("intake-turns");
        faults.Appending = Look;
        await user.AppendAsync(Likes("turns-1"));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (faults.Gate, faults.Arrived) = (gate.Task, new(TaskCreationOptions.RunContinuationsAsynchronously));

        // The first is appended in the turn that was queued; the second by what goes on after the first's append.
        var first = new Delivery(Likes("turns-1")) { Settling = Look };
        var second = new Delivery(Likes("turns-1")) { Settling = Look };
        Assert.True(Intake.TryHand("intake-turns", first));
        await faults.Arrived.Task;
        Assert.True(Intake.TryHand("intake-turns", second));
        await user.RecommendAsync(new RecommendQuery());
        ThreadPool.UnsafeQueueUserWorkItem(_ => gate.SetResult(), null);
        await Task.WhenAll(first.Settled, second.Settled);

        Assert.Equal(5, seen.Count);
        var (scheduler, actor) = Assert.Single(seen.Distinct());
        Assert.NotSame(TaskScheduler.Default, scheduler);
        Assert.Equal(((IAddressable)user).GetGrainId(), actor?.GrainId);

        void Look() => seen.Enqueue((TaskScheduler.Current, context.GrainContext));
    }

    [Fact]
    public async Task Hand_WhileTheActivationGoesAway_IsDurableOrLeftToTheSuccessor()
    {
        await _cluster.PutItemsAsync(new Items.Item { ItemId = "leaving-1" });
        for (var i = 0; i < 20; i++)
        {
            var userId = $"intake-leaving-{i}";
            var user = await WakeAsync(userId);
            var leaving = _cluster.DeactivateAsync(user);
            var handed = new List<(Delivery Delivery, bool IsTaken)>();
            for (var j = 0; j < 20; j++)
            {
                var delivery = new Delivery(new FeedbackBatch([Action("like", "leaving-1", eventId: $"{j}")]));
                handed.Add((delivery, Intake.TryHand(userId, delivery)));
                await Task.Yield();
            }

            await leaving;
            foreach (var (delivery, isTaken) in handed)
            {
                var isAcknowledged = isTaken && await IsAcknowledgedAsync(delivery.Settled);
                var again = await Eventually.SucceedsAsync(() => user.AppendAsync(delivery.Batch));
                Assert.False(isAcknowledged && again.Appended > 0, "What was acknowledged is gone.");
            }

            Assert.Equal(handed.Count, (await StoredAsync(userId)).Count);
        }
    }

    [Fact]
    public async Task Hand_UnknownItem_IsThereBeforeTheAcknowledgement()
    {
        await WakeAsync("intake-inserts");

        await HandAsync("intake-inserts", Likes("intake-unheard-of"));

        Assert.NotNull(await _cluster.Item("intake-unheard-of").GetAsync());
    }

    [Fact]
    public async Task Hand_InvalidAction_IsRefusedAsACallIs()
    {
        var user = await WakeAsync("intake-invalid");
        var batch = new FeedbackBatch([Action("like", "", eventId: "e")]);

        var called = await Assert.ThrowsAsync<ArgumentException>(() => user.AppendAsync(batch));
        var handed = await Assert.ThrowsAsync<ArgumentException>(() => HandAsync("intake-invalid", batch));

        Assert.Equal(called.Message, handed.Message);
        Assert.Empty(await StoredAsync("intake-invalid"));
    }

    [Fact]
    public async Task Hand_JournalFailsBeforeWriting_IsNotAcknowledgedAndRepeatable()
    {
        await WakeAsync("intake-unlucky");
        await _cluster.PutItemsAsync(new Items.Item { ItemId = "unlucky-1" });
        _cluster.Journal.Of("intake-unlucky").FailBefore = 1;
        var batch = new FeedbackBatch([Action("like", "unlucky-1", eventId: "e")]);

        await Assert.ThrowsAsync<UnavailableException>(() => HandAsync("intake-unlucky", batch));
        Assert.Empty(await StoredAsync("intake-unlucky"));
        var receipt = await Eventually.SucceedsAsync(() => HandAsync("intake-unlucky", batch));

        Assert.Equal(new FeedbackReceipt(1, 1), receipt);
        Assert.Single(await StoredAsync("intake-unlucky"));
    }

    [Fact]
    public async Task Hand_ReplyLost_IsFoundInTheJournalAndAcknowledged()
    {
        await WakeAsync("intake-lucky");
        await _cluster.PutItemsAsync(new Items.Item { ItemId = "lucky-1" });
        _cluster.Journal.Of("intake-lucky").FailAfter = 1;

        Assert.Equal(new FeedbackReceipt(1, 1), await HandAsync("intake-lucky", Likes("lucky-1")));
        Assert.Single(await StoredAsync("intake-lucky"));
    }

    [Fact]
    public async Task Hand_AnotherOwnerHasTheJournal_IsRefusedAndLeftToTheSuccessor()
    {
        var user = await WakeAsync("intake-fenced");
        await _cluster.PutItemsAsync(new Items.Item { ItemId = "fenced-1" });
        await _cluster.StoredJournal.OpenAsync("intake-fenced", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<UnavailableException>(() => HandAsync("intake-fenced", Likes("fenced-1")));
        Assert.Empty(await StoredAsync("intake-fenced"));
        var receipt = await Eventually.SucceedsAsync(() => user.AppendAsync(Likes("fenced-1")));

        Assert.Equal(new FeedbackReceipt(1, 1), receipt);
        Assert.Equal(new FeedbackReceipt(2, 1), await HandAsync("intake-fenced", Likes("fenced-1")));
    }

    [Fact]
    public async Task Hand_ErasedUser_IsDropped()
    {
        await WakeAsync("intake-erased");
        await HandAsync("intake-erased", Likes("intake-0"));
        await _cluster.User("intake-erased").EraseAsync();

        // The successor, which knows that it has nothing to own.
        await _cluster.User("intake-erased").AppendAsync(Likes("intake-0"));

        Assert.Equal(new FeedbackReceipt(0, 0, 1), await HandAsync("intake-erased", Likes("intake-0")));
        Assert.Empty(await StoredAsync("intake-erased"));
    }

    /// <summary>A user who lives here and has opened the journal.</summary>
    private async Task<IUserGrain> WakeAsync(string userId)
    {
        var user = _cluster.User(userId);
        await user.RecommendAsync(new RecommendQuery());
        return user;
    }

    private Task<FeedbackReceipt> HandAsync(string userId, FeedbackBatch batch)
    {
        var delivery = new Delivery(batch);
        return Intake.TryHand(userId, delivery) ? delivery.Settled : throw new UnavailableException("The user does not live here.");
    }

    /// <summary>False when it is to be repeated; any other failure is thrown.</summary>
    private static async Task<bool> IsAcknowledgedAsync(Task<FeedbackReceipt> settled)
    {
        try
        {
            await settled;
            return true;
        }
        catch (UnavailableException)
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<Feedback.FeedbackEntry>> StoredAsync(string userId) =>
        await _cluster.StoredJournal.ReadAsync(userId, TestContext.Current.CancellationToken);

    private sealed class Delivery(FeedbackBatch batch) : IUserDelivery
    {
        private readonly TaskCompletionSource<FeedbackReceipt> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public FeedbackBatch Batch => batch;

        /// <summary>What happens first when it is settled.</summary>
        public Action Settling { get; init; } = () => { };

        /// <summary>Fails when it is settled twice.</summary>
        public Task<FeedbackReceipt> Settled => _settled.Task;

        public void Settle(FeedbackReceipt receipt, Exception? failure)
        {
            Settling();
            if (failure is not null)
            {
                _settled.SetException(failure);
            }
            else
            {
                _settled.SetResult(receipt);
            }
        }
    }
}
