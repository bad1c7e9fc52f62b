using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Hosting;

namespace RecActors.Catalog;

/// <summary>
/// Follows the catalog store's change feed, so that this silo's replica shows what the item grains of all silos write. A feed that
/// goes back has lost data, and so ends the silo. One follower per silo.
/// </summary>
internal sealed partial class CatalogFeed(
    CatalogReplica replica, ICatalogStore store, CatalogSnapshots snapshots, StorageLoss loss, IOptions<CatalogOptions> options, TimeProvider time, ILogger<CatalogFeed> logger)
{
    private static readonly Histogram<double> Freshness = GrainTelemetry.Meter.CreateHistogram<double>(
        "recactors.catalog.lag", "s", "How long the replica had been behind the store when it had caught up.");

    private static readonly Gauge<int> Items = GrainTelemetry.Meter.CreateGauge<int>(
        "recactors.catalog.items", "{item}", "Items in this silo's replica when it was last level with the store.");

    private long _cursor;
    private long _behindSince;
    private long _askedAt;
    private bool _isRefused;

    /// <summary>True when the replica has every item that the store held at the start.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Number of the last change that the feed has brought: everything up to it is in the replica.</summary>
    public long Cursor => Volatile.Read(ref _cursor);

    /// <summary>For how long the replica is known to have been behind; zero when it was level at the last look.</summary>
    public TimeSpan Lag => Volatile.Read(ref _behindSince) is var since and not 0 ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>False when the last look failed, or the store lets one wait for longer than the replica may be behind: the lag is not this silo's then.</summary>
    public bool IsAnswered =>
        !Volatile.Read(ref _isRefused) && !(Volatile.Read(ref _askedAt) is var asked and not 0 && time.GetElapsedTime(asked) > options.Value.MaxLag);

    /// <summary>Loads the whole catalog: what an earlier process has left, and then what has changed since.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _cursor, await snapshots.RestoreAsync(cancellationToken));
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
                await LookAsync(cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                Volatile.Write(ref _isRefused, true);
                MarkBehind();
                LogFailed(failure);
            }
        }
    }

    /// <summary>Brings what the last look has not, as far as the store answers: for a silo that stops, when nobody follows any more. Returns <see cref="Cursor"/>.</summary>
    public async Task<long> LevelAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CatchUpAsync(cancellationToken);
        }
        catch (CatalogUnavailableException failure)
        {
            LogFailed(failure);
        }

        return Cursor;
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _askedAt, time.GetTimestamp());

        // This silo's own writes are in the replica before the feed brings them.
        var known = Math.Max(_cursor, replica.Version);
        var head = await store.GetHeadAsync(cancellationToken);
        if (head < known)
        {
            loss.Report("catalog's changes", known, head);
        }
        else if (head > _cursor || _behindSince != 0)
        {
            await CatchUpAsync(cancellationToken);
        }

        Volatile.Write(ref _askedAt, 0);
        Volatile.Write(ref _isRefused, false);
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        MarkBehind();
        await foreach (var change in store.ReadChangesAsync(_cursor, cancellationToken))
        {
            replica.Apply(change);
            Volatile.Write(ref _cursor, change.Number);
            Volatile.Write(ref _askedAt, time.GetTimestamp());
        }

        Volatile.Write(ref _askedAt, 0);
        Freshness.Record(Lag.TotalSeconds);
        Items.Record(replica.Count);
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
