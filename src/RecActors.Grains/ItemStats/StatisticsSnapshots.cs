using System.IO.Hashing;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.ItemToItem;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Snapshots;
using RecActors.Threads;

namespace RecActors.ItemStats;

/// <summary>
/// Spares a start the counting of actions that an earlier process has counted: the statistics are written with a position of the journals, and have every action
/// up to it and none after it. After a long start and at a stop nothing counts anyway; beside serving, what comes is held back while they
/// are copied, and counted then. One per silo.
/// </summary>
internal sealed partial class StatisticsSnapshots(
    IStartSnapshots snapshots,
    ItemStatistics statistics,
    LiveItemStatistics live,
    CatalogReplica catalog,
    IUserJournal journal,
    ModelHolder models,
    IOptions<FeedbackPolicyOptions> policy,
    IOptions<ItemStatsOptions> options,
    TimeProvider time,
    ILogger<StatisticsSnapshots> logger)
{
    /// <summary>How long actions are held back for appends that have no answer.</summary>
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(1);

    private long _begunWith;
    private long _written;
    private Task _writing = Task.CompletedTask;

    /// <summary>
    /// Begins with the statistics as they were written last. Null, with nothing done, when there are none that hold more than the model's:
    /// a refit counts anew, without erased users and what was taken back, so those of another model are left alone.
    /// </summary>
    public async Task<JournalPosition?> RestoreAsync(BundleManifest? model, CancellationToken cancellationToken)
    {
        (_begunWith, _written) = (model?.Version ?? 0, model?.JournalCut ?? 0);
        try
        {
            var started = time.GetTimestamp();
            if (await snapshots.ReadStatisticsAsync(cancellationToken) is not { } snapshot)
            {
                return null;
            }

            var head = await journal.GetHeadAsync(cancellationToken);
            if (snapshot.ModelVersion != _begunWith || snapshot.Position < _written || snapshot.Position > head.Value || snapshot.Rules != Rules())
            {
                LogOther(snapshot.Position, snapshot.ModelVersion);
                return null;
            }

            statistics.Import(snapshot.State, catalog.Intern);
            statistics.ImportRecency(snapshot.Recency, catalog.Intern);
            _written = snapshot.Position;
            LogRestored(snapshot.Position, time.GetElapsedTime(started).TotalSeconds);
            return new JournalPosition(snapshot.Position);
        }
        catch (InvalidDataException failure)
        {
            LogIgnored(failure);
            return null;
        }
    }

    /// <summary>Writes the statistics, which hold every action up to a position, if much has come since they were written last. Nothing may count meanwhile.</summary>
    /// <returns>When they are taken, and counting may go on, the task that writes them.</returns>
    public Task Take(JournalPosition position)
    {
        if (!IsDue(position))
        {
            return _writing;
        }

        return WriteAsync(Export(position));
    }

    /// <summary>Writes beside serving, when much has come since they were written last, until it is cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (!snapshots.AreKept)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.Value.SnapshotInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await TakeBesideAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Writes the statistics while users act, if much has come. The journals' head is read when what comes is held back already, so whatever was counted by
    /// then is at or before it; of what is at or before it, the append had begun, hence is settled when the round of appends is; and those
    /// of it that were held back are counted before the copy. Until the copy is made nothing else is.
    /// </summary>
    /// <returns>True when they are written.</returns>
    public async Task<bool> TakeBesideAsync(CancellationToken cancellationToken)
    {
        if (!IsDue(await journal.GetHeadAsync(cancellationToken)))
        {
            return false;
        }

        ItemStatisticsSnapshot? snapshot = null;
        var held = live.Hold(ItemStatsOptions.MaxHeldActions);
        try
        {
            var head = await journal.GetHeadAsync(cancellationToken);
            using var limit = new CancellationTokenSource(SettleTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await live.EndRoundAsync(time, either.Token);
            if (live.TryCountThrough(held, head.Value))
            {
                snapshot = await BackgroundThread.RunAsync("RecActors snapshot", () => Export(head), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnsettled();
        }
        catch (JournalUnavailableException failure)
        {
            LogNotWritten(failure);
        }
        finally
        {
            live.Release(held);
        }

        if (snapshot is null || held.IsBroken)
        {
            return false;
        }

        await WriteAsync(snapshot);
        return true;
    }

    /// <summary>
    /// The same for a silo whose users have gone, unless the journals may have what is not counted: users that a stop which ran out of time has left
    /// may still act, and what became of an append may be unknown. The next start then begins with what was written before.
    /// </summary>
    public async Task TakeAtEndAsync(CancellationToken cancellationToken)
    {
        if (!snapshots.AreKept)
        {
            return;
        }

        try
        {
            // The head first: of whatever is at or before it, the append had begun by then.
            var head = await journal.GetHeadAsync(CancellationToken.None);
            if (cancellationToken.IsCancellationRequested || live.HasUncountedAppends)
            {
                LogUncounted();
                return;
            }

            await Take(head);
        }
        catch (JournalUnavailableException failure)
        {
            LogNotWritten(failure);
        }
    }

    /// <summary>Not another model's: the next start begins with that model.</summary>
    private bool IsDue(JournalPosition position) =>
        snapshots.AreKept && position.Value - _written >= options.Value.SnapshotActions && models.Current.Version == _begunWith;

    private ItemStatisticsSnapshot Export(JournalPosition position) =>
        new(position.Value, _begunWith, Rules(), statistics.Export(catalog.IdOf), statistics.ExportRecency(catalog.IdOf));

    private Task WriteAsync(ItemStatisticsSnapshot snapshot)
    {
        _written = snapshot.Position;
        return _writing = WriteAsync(_writing, snapshot);
    }

    private async Task WriteAsync(Task before, ItemStatisticsSnapshot snapshot)
    {
        await before;
        try
        {
            await await BackgroundThread.RunAsync(
                "RecActors snapshot", () => snapshots.WriteStatisticsAsync(snapshot, CancellationToken.None).AsTask(), CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The next start counts again, that is all.
            LogNotWritten(failure);
        }
    }

    private ulong Rules() => XxHash3.HashToUInt64([
        .. BitConverter.GetBytes(ItemStatistics.CountingRules), .. JsonSerializer.SerializeToUtf8Bytes(statistics.Options), .. JsonSerializer.SerializeToUtf8Bytes(policy.Value)]);

    [LoggerMessage(LogLevel.Information, "The item statistics of position {Position} were read in {Seconds:F1} s")]
    private partial void LogRestored(long position, double seconds);

    [LoggerMessage(LogLevel.Information, "The stored item statistics, of position {Position} and model {Version}, are not those that this start begins with; they are ignored")]
    private partial void LogOther(long position, long version);

    [LoggerMessage(LogLevel.Warning, "The stored item statistics are ignored, and the actions counted again")]
    private partial void LogIgnored(Exception failure);

    [LoggerMessage(LogLevel.Warning, "The item statistics are not stored, since the journals may have actions that they do not count; the next start counts those")]
    private partial void LogUncounted();

    [LoggerMessage(LogLevel.Debug, "The item statistics are not stored now, since appends have no answer yet; it is tried again")]
    private partial void LogUnsettled();

    [LoggerMessage(LogLevel.Warning, "The item statistics could not be stored for the next start")]
    private partial void LogNotWritten(Exception failure);
}
