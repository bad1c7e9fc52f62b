using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using RecActors.Hosting;
using RecActors.Users;

namespace RecActors.Erasure;

/// <summary>
/// Runs compactions, one at a time, beside its turns. One that was lost with its silo is reported as failed by the next activation.
/// </summary>
[GrainType("erasures")]
[Reentrant]
internal sealed partial class ErasuresGrain(
    [PersistentState(ErasuresState.Name, GrainStorageNames.State)] IPersistentState<ErasuresState> stored,
    IErasureStore store,
    IOptions<UserOptions> users,
    TimeProvider time,
    ILogger<ErasuresGrain> logger) : Grain, IErasuresGrain, IProgress<string>, IDisposable
{
    /// <summary>A count may read every erased user of the store, and consoles ask each second.</summary>
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private volatile string _step = "";
    private Task<long>? _count;
    private long _countedAt;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private CompactionStatus Last { get => stored.State.Compaction; set => stored.State.Compaction = value; }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (Last.State == CompactionState.Running)
        {
            Last = Last with { State = CompactionState.Failed, EndedMs = NowMs, Message = "It was lost with its silo. Start it again." };
        }

        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Dispose() => _stopping.Dispose();

    public async Task<ErasureStatus> CompactAsync(CancellationToken cancellationToken)
    {
        if (_running.IsCompleted)
        {
            Last = Last with { State = CompactionState.Running, StartedMs = NowMs, EndedMs = null, Message = null };
            _running = RunAsync();
        }

        _count = null;
        return await GetStatusAsync(cancellationToken);
    }

    public async Task<ErasureStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        new(await CountAsync().WaitAsync(cancellationToken), Last with { Step = _step }, (long)users.Value.RefuseErasedFor.TotalMilliseconds);

    /// <summary>Called by the job's own thread.</summary>
    public void Report(string value) => _step = value;

    /// <summary>One count at a time, whoever waits for it or no longer does.</summary>
    private Task<long> CountAsync()
    {
        if (_count is null || (_count.IsCompleted && (!_count.IsCompletedSuccessfully || time.GetElapsedTime(_countedAt) >= CountEvery)))
        {
            _count = ReadCountAsync();
        }

        return _count;
    }

    private async Task<long> ReadCountAsync()
    {
        var count = await store.CountAsync(CancellationToken.None);
        _countedAt = time.GetTimestamp();
        return count;
    }

    private async Task RunAsync()
    {
        // An activation that goes idle in the middle of it would end it.
        DelayDeactivation(TimeSpan.FromDays(1));
        try
        {
            await stored.WriteStateAsync(CancellationToken.None);
            await Task.Run(() => store.CompactAsync(this, _stopping.Token));
            Last = Last with { State = CompactionState.Completed, EndedMs = NowMs, CompactedThroughMs = Last.StartedMs };
            LogCompacted();
        }
        catch (Exception failure)
        {
            LogFailed(failure);
            Last = Last with { State = CompactionState.Failed, EndedMs = NowMs, Message = failure.Message };
        }

        try
        {
            await stored.WriteStateAsync(CancellationToken.None);
        }
        catch (Exception failure)
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(LogLevel.Information, "The store is compacted: no byte is left of what was deleted before")]
    private partial void LogCompacted();

    [LoggerMessage(LogLevel.Error, "A compaction of the store failed")]
    private partial void LogFailed(Exception failure);
}
