using RecActors.Catalog;
using RecActors.Failures;
using RecActors.Feedback;

namespace RecActors.Users;

public sealed class AppendQueueTests
{
    private readonly UserState _state = new(new CatalogReplica(), FeedbackPolicy.Default, 100);

    [Fact]
    public async Task TakeGroup_SeveralBatchesWait_JoinsThem()
    {
        var queue = new AppendQueue(_state, new UserOptions());
        var first = new WaitingBatch();
        queue.Add(first, [Entry(1), Entry(2)]);
        var second = new WaitingBatch();
        queue.Add(second, [Entry(3)]);

        var group = queue.TakeGroup();
        queue.Acknowledge(group, version: 0);

        Assert.True(queue.IsEmpty);
        Assert.Equal((2, 3), (await first.Durable, await second.Durable));
    }

    [Fact]
    public async Task TakeGroup_OneActionAnAppend_TakesThemOneByOneAndTheBatchIsDoneWithItsLast()
    {
        var queue = new AppendQueue(_state, new UserOptions { MaxActionsPerAppend = 1 });
        var batch = new WaitingBatch();
        queue.Add(batch, [Entry(1), Entry(2), Entry(2), Entry(3)]);
        var earlier = queue.Add(new WaitingBatch(), [Entry(2)]);

        var appended = new List<ulong>();
        while (!queue.IsEmpty)
        {
            Assert.False(batch.Durable.IsCompleted);
            var group = queue.TakeGroup();
            appended.Add(Assert.Single(group.EntriesOfGroup()).EventHash);
            queue.Acknowledge(group, appended.Count - 1);
        }

        Assert.Equal([1, 2, 3], appended);
        Assert.Equal(3, batch.Entries.Length);
        Assert.Equal(3, await batch.Durable);
        Assert.Equal([batch], earlier);
    }

    [Fact]
    public async Task Fail_OneActionAnAppend_FailsTheBatch()
    {
        var queue = new AppendQueue(_state, new UserOptions { MaxActionsPerAppend = 1 });
        var batch = new WaitingBatch();
        queue.Add(batch, [Entry(1), Entry(2)]);

        queue.Fail(queue.TakeGroup(), new UnavailableException("gone"));

        Assert.True(queue.IsEmpty);
        await Assert.ThrowsAsync<UnavailableException>(() => batch.Durable);
    }

    private static FeedbackEntry Entry(ulong hash) => new(FeedbackOperation.Add, "like", $"item-{hash}", 1, 1_700_000_000_000, hash);
}
