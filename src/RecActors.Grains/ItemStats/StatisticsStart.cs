using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Catalog;
using RecActors.Hosting;
using RecActors.ItemToItem;
using RecActors.Journal;
using RecActors.Models;

namespace RecActors.ItemStats;

/// <summary>
/// Brings a starting silo's item statistics level with the others', counting every action once: first the journals are replayed, however
/// many actions there are; then the others begin to collect and the partitions to keep; then the little is replayed that the journals have
/// got meanwhile; what is exchanged counts from their head on. Recent popularity,
/// which depends on the order in which actions were first seen, is taken over from the oldest silo that is complete. One per silo.
/// </summary>
internal sealed partial class StatisticsStart(
    StatisticsReplay replay,
    StatisticsSnapshots snapshots,
    ReducedLog reduced,
    IUserJournal journal,
    StatisticsExchange exchange,
    StatisticsOutbox outbox,
    ItemStatistics statistics,
    CatalogReplica catalog,
    ServingSilos silos,
    ItemStatsServices others,
    IOptions<ItemStatsOptions> options,
    TimeProvider time,
    ILogger<StatisticsStart> logger)
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// A replay that took less than that leaves as much to replay while partitions keep everything: a part of what they can keep at 10⁴ actions
    /// a second and more.
    /// </summary>
    private static readonly TimeSpan ShortReplay = TimeSpan.FromSeconds(5);

    private volatile bool _isComplete;

    /// <summary>True when the statistics have every action that was durable at the start.</summary>
    public bool IsComplete => _isComplete;

    /// <summary>Starts from the statistics that an earlier process has left, from the bundle's, or from nothing.</summary>
    public async Task RunAsync(BundleManifest? model, CancellationToken cancellationToken)
    {
        var isAlone = !silos.HasOthers;
        statistics.TrendingItems.MoveTo(time.GetUtcNow().ToUnixTimeMilliseconds());
        var counted = await snapshots.RestoreAsync(model, cancellationToken) ?? await replay.BeginAsync(model, cancellationToken);
        if (!isAlone)
        {
            counted = await CatchUpAsync(counted, cancellationToken);
            outbox.Open();
            await Task.WhenAll(silos.Others.Select(OpenAsync));
            await RegisterAsync(cancellationToken);
        }

        var known = isAlone ? await reduced.BeginAsync(counted, await journal.GetHeadAsync(cancellationToken), cancellationToken) : ReducedIndex.Empty;
        var head = await replay.RunAsync(counted, cancellationToken, known);
        replay.End();
        var recency = isAlone ? null : await TakeOverAsync(cancellationToken);
        if (recency is not null)
        {
            statistics.ImportRecency(recency.ToRecency(), catalog.Intern);
        }

        exchange.BeginAfter(head.Value, recency);
        if (isAlone)
        {
            // Nobody counts yet: users wait until the silo has started.
            _ = snapshots.Take(head);
        }

        _isComplete = true;
    }

    /// <summary>Replays until little is left. Each replay leaves what came during it, less each time when actions are replayed faster than they come.</summary>
    private async Task<JournalPosition> CatchUpAsync(JournalPosition counted, CancellationToken cancellationToken)
    {
        var last = TimeSpan.MaxValue;
        while (true)
        {
            var started = time.GetTimestamp();
            counted = await replay.RunAsync(counted, cancellationToken);
            var took = time.GetElapsedTime(started);
            if (took >= last)
            {
                LogOutrun(took.TotalSeconds);
            }

            if (took < ShortReplay || took >= last)
            {
                return counted;
            }

            last = took;
        }
    }

    private async Task OpenAsync(SiloAddress silo)
    {
        try
        {
            await others.Of(silo).OpenAsync().WaitAsync(options.Value.ExchangeTimeout, time);
        }
        catch (Exception failure)
        {
            // It is on its way out, or in; then it opens by itself when it sees this silo.
            LogUnreached(failure, silo);
        }
    }

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await exchange.RegisterAsync(cancellationToken);
                return;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested && time.GetElapsedTime(started) < options.Value.HandOverTimeout)
            {
                LogRetry(failure);
                await Task.Delay(Retry, time, cancellationToken);
            }
        }
    }

    /// <summary>The recency of the oldest silo that has it. An older one that is still starting is waited for, a younger one is not: two never wait for one another.</summary>
    private async Task<StatsHandOver?> TakeOverAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var isOlderStarting = false;
            foreach (var silo in silos.Others.ToList())
            {
                try
                {
                    if (await others.Of(silo).HandOverAsync().WaitAsync(options.Value.HandOverTimeout, time, cancellationToken) is { } recency)
                    {
                        LogTakenOver(recency.ItemIds.Length, silo);
                        return recency;
                    }

                    isOlderStarting |= silos.IsOlder(silo);
                }
                catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
                {
                    LogUnreached(failure, silo);
                }
            }

            if (!isOlderStarting || time.GetElapsedTime(started) > options.Value.HandOverTimeout)
            {
                return null;
            }

            await Task.Delay(Retry, time, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Silo {Silo} does not answer about its item statistics")]
    private partial void LogUnreached(Exception failure, SiloAddress silo);

    [LoggerMessage(LogLevel.Warning, "Actions come as fast as they are replayed: after {Seconds:F0} s as much is left. This silo may miss some until it restarts")]
    private partial void LogOutrun(double seconds);

    [LoggerMessage(LogLevel.Warning, "A partition of the item statistics does not answer yet; it is asked again")]
    private partial void LogRetry(Exception failure);

    [LoggerMessage(LogLevel.Information, "The recent popularity of {Items} items is taken over from silo {Silo}")]
    private partial void LogTakenOver(int items, SiloAddress silo);
}
