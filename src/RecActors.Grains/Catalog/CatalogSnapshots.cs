using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Snapshots;
using RecActors.Threads;

namespace RecActors.Catalog;

/// <summary>
/// Spares a start most of the catalog's feed: the replica as it was written last, and then only what changed since. Written beside serving, on a
/// thread of low priority, when much has changed, and at the end. One per silo.
/// </summary>
internal sealed partial class CatalogSnapshots(
    IStartSnapshots snapshots, CatalogReplica replica, ICatalogStore store, IOptions<CatalogOptions> options, TimeProvider time, ILogger<CatalogSnapshots> logger)
{
    private long _written;

    /// <summary>Fills the empty replica. Returns the number up to which the feed's changes are in it: 0, with nothing done, when there is no snapshot that fits.</summary>
    public async Task<long> RestoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await snapshots.ReadCatalogAsync(cancellationToken) is not { } snapshot)
            {
                return 0;
            }

            var head = await store.GetHeadAsync(cancellationToken);
            if (snapshot.Cursor > head || !replica.TryImport(snapshot))
            {
                LogOther(snapshot.Cursor, head);
                return 0;
            }

            return _written = snapshot.Cursor;
        }
        catch (InvalidDataException failure)
        {
            LogIgnored(failure);
            return 0;
        }
    }

    /// <summary>Writes when it is due, until it is cancelled.</summary>
    /// <param name="cursor">Number up to which every change is in the replica.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task FollowAsync(Func<long> cursor, CancellationToken cancellationToken)
    {
        if (!snapshots.AreKept)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.Value.SnapshotInterval, time);
        do
        {
            if (cursor() - _written >= Math.Max(options.Value.SnapshotChanges, replica.Count * options.Value.SnapshotShare))
            {
                await WriteAsync(await BackgroundThread.RunAsync("RecActors snapshot", () => replica.Export(cursor()), cancellationToken));
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Writes what has changed since, for a silo that stops.</summary>
    public async Task WriteAtEndAsync(long cursor)
    {
        if (snapshots.AreKept && cursor - _written >= options.Value.SnapshotChanges)
        {
            await WriteAsync(replica.Export(cursor));
        }
    }

    private async Task WriteAsync(CatalogSnapshot snapshot)
    {
        try
        {
            await snapshots.WriteCatalogAsync(snapshot, CancellationToken.None);
            Volatile.Write(ref _written, snapshot.Cursor);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next start reads more of the feed, that is all.
            LogNotWritten(failure);
        }
    }

    [LoggerMessage(LogLevel.Information, "The stored snapshot of the catalog, of change {Cursor}, does not fit this version, its options or the store (change {Head}); it is ignored")]
    private partial void LogOther(long cursor, long head);

    [LoggerMessage(LogLevel.Warning, "The stored snapshot of the catalog is ignored, and the catalog read as a whole")]
    private partial void LogIgnored(Exception failure);

    [LoggerMessage(LogLevel.Warning, "The catalog could not be stored for the next start")]
    private partial void LogNotWritten(Exception failure);
}
