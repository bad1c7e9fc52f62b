using Microsoft.Extensions.DependencyInjection;
using RecActors.Hosting;
using RecActors.Users;

namespace RecActors.Erasure;

public sealed class ErasuresGrainTests
{
    [Fact]
    public async Task Compact_RunsOnceAtATimeAndSaysWhenItIsDone()
    {
        var store = new GatedStore();
        await using var cluster = await RecActorsCluster.StartAsync(configure: silo => silo.Services.AddSingleton<IErasureStore>(store));
        var grain = cluster.Grains.GetGrain<IErasuresGrain>(0);
        Assert.Equal(CompactionState.Idle, (await grain.GetStatusAsync()).Compaction.State);

        var started = (await grain.CompactAsync()).Compaction;
        await store.Begun.Task;
        var during = await grain.CompactAsync();
        store.Gate.SetResult();
        await Eventually.HoldsAsync(async () => (await grain.GetStatusAsync()).Compaction.State != CompactionState.Running);
        var ended = (await grain.GetStatusAsync()).Compaction;

        Assert.Equal((CompactionState.Running, 7L, "half"), (during.Compaction.State, during.RefusedUsers, during.Compaction.Step));
        Assert.Equal((CompactionState.Completed, started.StartedMs), (ended.State, ended.CompactedThroughMs));
        Assert.Equal(1, store.Runs);

        await cluster.DeactivateAsync(grain);
        Assert.Equal(ended with { Step = "" }, (await grain.GetStatusAsync()).Compaction);
    }

    [Fact]
    public async Task Compact_StoreFails_SaysWhy()
    {
        var store = new GatedStore();
        store.Gate.SetException(new IOException("The disk is full."));
        await using var cluster = await RecActorsCluster.StartAsync(configure: silo => silo.Services.AddSingleton<IErasureStore>(store));
        var grain = cluster.Grains.GetGrain<IErasuresGrain>(0);

        await grain.CompactAsync();
        await Eventually.HoldsAsync(async () => (await grain.GetStatusAsync()).Compaction.State == CompactionState.Failed);

        Assert.Equal("The disk is full.", (await grain.GetStatusAsync()).Compaction.Message);
        Assert.Null((await grain.GetStatusAsync()).Compaction.CompactedThroughMs);
    }

    [Fact]
    public async Task GetStatus_AskedAllTheTime_CountsOnceUntilACompactionIsAskedFor()
    {
        var store = new GatedStore();
        await using var cluster = await RecActorsCluster.StartAsync(configure: silo =>
        {
            silo.Services.AddSingleton<IErasureStore>(store);
            silo.Configure<UserOptions>(options => options.RefuseErasedFor = TimeSpan.FromHours(1));
        });
        var grain = cluster.Grains.GetGrain<IErasuresGrain>(0);

        var asked = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => grain.GetStatusAsync()));
        var before = store.Counts;
        await grain.CompactAsync();
        store.Gate.SetResult();

        Assert.All(asked, status => Assert.Equal((7L, 3_600_000L), (status.RefusedUsers, status.RefusesForMs)));
        Assert.Equal((1, 2), (before, store.Counts));
    }

    private sealed class GatedStore : IErasureStore
    {
        private int _runs;
        private int _counts;

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Runs => Volatile.Read(ref _runs);

        public int Counts => Volatile.Read(ref _counts);

        public async ValueTask<long> CountAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _counts);
            await Task.Yield();
            return 7;
        }

        public ValueTask<ErasureRecords> ReadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask WriteAsync(ErasureRecords records, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task CompactAsync(IProgress<string> progress, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _runs);
            progress.Report("half");
            Begun.SetResult();
            return Gate.Task;
        }
    }
}
