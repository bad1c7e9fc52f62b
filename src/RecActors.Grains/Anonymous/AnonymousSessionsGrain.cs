using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Journal;
using RecActors.Users;

namespace RecActors.Anonymous;

/// <summary>
/// Goes through all users again and again, a bounded number at each call. Who may be erased is told from the journals, without waking any
/// user; the user's own grain decides, when nothing can be appended any more. Where it stands is in memory: another activation begins anew.
/// </summary>
[GrainType("anonymous-sessions")]
internal sealed partial class AnonymousSessionsGrain(
    IUserJournal journal, LastActions last, IOptions<AnonymousOptions> options, TimeProvider time, ILogger<AnonymousSessionsGrain> logger)
    : Grain, IAnonymousSessionsGrain
{
    private const int UsersPerPage = 1000;

    /// <summary>Journals that are read at a time, and users that are erased at a time.</summary>
    private const int Concurrent = 16;

    /// <summary>A run ends in time for its caller, whatever is left.</summary>
    private static readonly TimeSpan RunTime = TimeSpan.FromSeconds(10);

    private string? _after;
    private long _ranAt;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        // Every silo wakes it; a little early is on time.
        if (_ranAt != 0 && time.GetElapsedTime(_ranAt) < options.Value.Interval * .9)
        {
            return 0;
        }

        _ranAt = time.GetTimestamp();
        var idleSinceMs = (time.GetUtcNow() - options.Value.TimeToLive).ToUnixTimeMilliseconds();
        var (looked, erased) = (0, 0);
        while (looked < options.Value.UsersPerRun && erased < options.Value.ErasedPerRun && time.GetElapsedTime(_ranAt) < RunTime)
        {
            var count = Math.Min(UsersPerPage, options.Value.UsersPerRun - looked);
            var page = await journal.AskAsync(log => log.ListUsersAsync(_after, count, cancellationToken));
            looked += page.Count;
            foreach (var some in page.Where(options.Value.Includes).Chunk(Concurrent))
            {
                erased += (await Task.WhenAll(some.Select(userId => EraseIfIdleAsync(userId, idleSinceMs, cancellationToken)))).Count(done => done);
            }

            _after = page.Count < count ? null : page[^1];
            if (_after is null)
            {
                break;
            }
        }

        AnonymousTelemetry.Erased(erased);
        if (erased > 0)
        {
            LogErased(erased);
        }

        return erased;
    }

    private async Task<bool> EraseIfIdleAsync(string userId, long idleSinceMs, CancellationToken cancellationToken) =>
        await last.OfAsync(userId, cancellationToken) <= idleSinceMs
        && await GrainFactory.GetGrain<IUserGrain>(userId).ExpireAsync(idleSinceMs, options.Value.Refuse, cancellationToken);

    [LoggerMessage(LogLevel.Information, "{Sessions} anonymous sessions were erased, whose time was over")]
    private partial void LogErased(int sessions);
}
