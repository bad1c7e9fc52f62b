using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using RecActors.Hosting;
using RecActors.Journal;
using RecActors.Users;

namespace RecActors.Anonymous;

/// <summary>
/// Goes through all users again and again, a bounded number at each call. Who may be erased is told from the journals, without waking any
/// user; the user's own grain decides, when nothing can be appended any more. Where it stands is stored after each call, so that users behind
/// many others have their turn however often it moves; a user who fails has the next turn.
/// </summary>
[GrainType("anonymous-sessions")]
[KeepAlive]
internal sealed partial class AnonymousSessionsGrain(
    [PersistentState(AnonymousSessionsState.Name, GrainStorageNames.State)] IPersistentState<AnonymousSessionsState> stored,
    IUserJournal journal,
    LastActions last,
    IOptions<AnonymousOptions> options,
    TimeProvider time,
    ILogger<AnonymousSessionsGrain> logger) : Grain, IAnonymousSessionsGrain
{
    private const int UsersPerPage = 1000;

    /// <summary>Journals that are read at a time, and users that are erased at a time.</summary>
    private const int Concurrent = 16;

    /// <summary>A run ends in time for its caller, whatever is left.</summary>
    private static readonly TimeSpan RunTime = TimeSpan.FromSeconds(10);

    private long _ranAt;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        // Every silo wakes it; a little early is on time.
        if (_ranAt != 0 && time.GetElapsedTime(_ranAt) < options.Value.Interval * .9)
        {
            return 0;
        }

        _ranAt = time.GetTimestamp();
        var run = new Run((time.GetUtcNow() - options.Value.TimeToLive).ToUnixTimeMilliseconds());
        var before = stored.State.After;
        try
        {
            var hasMore = true;
            while (hasMore && run.Looked < options.Value.UsersPerRun && HasTime(run))
            {
                hasMore = await LookThroughPageAsync(run, cancellationToken);
            }
        }
        finally
        {
            await (stored.State.After == before ? Task.CompletedTask : StoreAsync());
            Tell(run);
        }

        return run.Erased;
    }

    /// <summary>Looks at the next users, as many as there is time for. False at the end of all.</summary>
    private async Task<bool> LookThroughPageAsync(Run run, CancellationToken cancellationToken)
    {
        var count = Math.Min(UsersPerPage, options.Value.UsersPerRun - run.Looked);
        var page = await journal.AskAsync(log => log.ListUsersAsync(stored.State.After, count, cancellationToken));
        run.Looked += page.Count;
        foreach (var some in page.Where(options.Value.Includes).Chunk(Concurrent))
        {
            await Task.WhenAll(some.Select(userId => EraseIfIdleAsync(userId, run, cancellationToken)));
            stored.State.After = some[^1];
            if (!HasTime(run))
            {
                return true;
            }
        }

        stored.State.After = page.Count < count ? null : page[^1];
        return stored.State.After is not null;
    }

    private bool HasTime(Run run) => run.Erased < options.Value.ErasedPerRun && time.GetElapsedTime(_ranAt) < RunTime;

    private async Task EraseIfIdleAsync(string userId, Run run, CancellationToken cancellationToken)
    {
        try
        {
            if (await last.OfAsync(userId, cancellationToken) <= run.IdleSinceMs
                && await GrainFactory.GetGrain<IUserGrain>(userId).ExpireAsync(run.IdleSinceMs, options.Value.Refuse, cancellationToken))
            {
                run.Erased++;
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            run.Failed++;
            run.Failure = failure;
        }
    }

    private async Task StoreAsync()
    {
        try
        {
            await stored.WriteStateAsync(CancellationToken.None);
        }
        catch (Exception failure)
        {
            // It goes on from memory, unless another activation does; the next run stores it.
            LogNotStored(failure);
            if (failure is InconsistentStateException)
            {
                DeactivateOnIdle();
            }
        }
    }

    private void Tell(Run run)
    {
        AnonymousTelemetry.Erased(run.Erased);
        AnonymousTelemetry.Failed(run.Failed);
        if (run.Erased > 0)
        {
            LogErased(run.Erased);
        }

        if (run.Failure is { } failure)
        {
            LogFailed(failure, run.Failed);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Sessions} anonymous sessions were erased, whose time was over")]
    private partial void LogErased(int sessions);

    [LoggerMessage(LogLevel.Warning, "{Sessions} anonymous sessions could not be looked at or erased, the last for this reason; they are tried again when all others have been")]
    private partial void LogFailed(Exception failure, int sessions);

    [LoggerMessage(LogLevel.Warning, "How far anonymous sessions were looked through could not be stored")]
    private partial void LogNotStored(Exception failure);

    /// <summary>What a call has done so far. Counted in the grain's turns.</summary>
    private sealed class Run(long idleSinceMs)
    {
        public long IdleSinceMs { get; } = idleSinceMs;

        public int Looked { get; set; }

        public int Erased { get; set; }

        public int Failed { get; set; }

        public Exception? Failure { get; set; }
    }
}
