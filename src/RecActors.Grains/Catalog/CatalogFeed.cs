using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Hosting;

namespace RecActors.Catalog;

/// <summary>
/// Follows the catalog store's change feed, so that this silo's replica shows what the item grains of all silos write.
/// One follower per silo.
/// </summary>
internal sealed partial class CatalogFeed(
    CatalogReplica replica, ICatalogStore store, IOptions<CatalogOptions> options, TimeProvider time, ILogger<CatalogFeed> logger)
{
    private static readonly Histogram<double> Freshness = GrainTelemetry.Meter.CreateHistogram<double>(
        "recactors.catalog.lag", "s", "How long the replica had been behind the store when it had caught up.");

    private long _cursor;
    private long _behindSince;

    /// <summary>True when the replica has every item that the store held at the start.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Number of the last change that the feed has brought: everything up to it is in the replica.</summary>
    public long Cursor => Volatile.Read(ref _cursor);

    /// <summary>For how long the replica is known to have been behind; zero when it was level at the last look.</summary>
    public TimeSpan Lag => Volatile.Read(ref _behindSince) is var since and not 0 ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Loads the whole catalog.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await CatchUpAsync(cancellationToken);
        IsComplete = true;
        LogLoaded(replica.Count, _cursor);
    }

    /// <summary>Follows the feed until it is cancelled. A store that does not answer makes the lag grow, and is asked again.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.FeedPollInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                if (await store.GetHeadAsync(cancellationToken) > _cursor)
                {
                    await CatchUpAsync(cancellationToken);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                MarkBehind();
                LogFailed(failure);
            }
        }
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        MarkBehind();
        await foreach (var change in store.ReadChangesAsync(_cursor, cancellationToken))
        {
            replica.Apply(change);
            Volatile.Write(ref _cursor, change.Number);
        }

        Freshness.Record(Lag.TotalSeconds);
        Volatile.Write(ref _behindSince, 0);
    }

    private void MarkBehind()
    {
        if (_behindSince == 0)
        {
            Volatile.Write(ref _behindSince, time.GetTimestamp());
        }
    }

    [LoggerMessage(LogLevel.Information, "The catalog is here: {Items} items, up to change {Number}")]
    private partial void LogLoaded(int items, long number);

    [LoggerMessage(LogLevel.Warning, "The catalog's changes cannot be read; they are asked for again")]
    private partial void LogFailed(Exception failure);
}
