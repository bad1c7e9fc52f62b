using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Catalog;
using RecActors.ItemToItem;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Snapshots;
using RecActors.Threads;
using RecActors.Users;

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
    PromotedStatistics promoted,
    ReducedLog reduced,
    CountingRules rules,
    IGrainFactory grains,
    IOptions<ItemStatsOptions> options,
    TimeProvider time,
    ILogger<StatisticsSnapshots> logger)
{
    /// <summary>How long actions are held back for appends that have no answer.</summary>
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(1);

    /// <summary>
    /// To derive a promoted model's statistics once more all of them are read, counted on and written, apart from those that serve: worth it where a start would count
    /// so many times what is worth a copy.
    /// </summary>
    private const int DerivedAgainAfter = 2;

    /// <summary>Users who are asked at once what became of their last append.</summary>
    private const int AskedTogether = 64;

    private readonly SnapshotPace _pace = new(options.Value, time);

    private Begun _begun = new(0, 0);
    private Begun _written = new(0, 0);
    private Task _writing = Task.CompletedTask;
    private bool _isUnsettled;

    /// <summary>
    /// Begins with the statistics as they were written last. Null, with nothing done, when there are none that hold more than the model's:
    /// a refit counts anew, without erased users and what was taken back, so those of another model are left alone.
    /// </summary>
    public async Task<JournalPosition?> RestoreAsync(BundleManifest? model, CancellationToken cancellationToken)
    {
        _begun = new(model?.Version ?? 0, model?.JournalCut ?? 0);
        try
        {
            var started = time.GetTimestamp();
            if (await snapshots.ReadStatisticsAsync(cancellationToken) is not { } snapshot)
            {
                return null;
            }

            var head = await journal.GetHeadAsync(cancellationToken);
            if (!IsOf(snapshot, _begun) || snapshot.Position > head.Value)
            {
                LogOther(snapshot.Position, snapshot.ModelVersion);
                return null;
            }

            statistics.Import(snapshot.State, catalog.Intern);
            statistics.ImportRecency(snapshot.Recency, catalog.Intern);
            _written = new(snapshot.ModelVersion, snapshot.Position);
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

        var part = reduced.BeginPart();
        return WriteAsync(Export(position), part);
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
            if (_pace.IsResting)
            {
                continue;
            }

            try
            {
                await (models.Current.Version == _begun.ModelVersion ? TakeBesideAsync(cancellationToken) : TakePromotedAsync(cancellationToken));
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                // The next start counts more, that is all.
                LogNotWritten(failure);
            }
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

        await Task.WhenAll(live.UsersWithLeftAppends.Take(AskedTogether).Select(AskAsync));
        ItemStatisticsSnapshot? snapshot = null;
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var started = time.GetTimestamp();

        // Before anything is held: all that was reduced until then is counted, hence in the copy.
        var part = reduced.BeginPart();
        var held = live.Hold(ItemStatsOptions.MaxHeldActions, given);
        try
        {
            var head = await journal.GetHeadAsync(cancellationToken);
            using var limit = new CancellationTokenSource(SettleTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await live.EndRoundAsync(time, either.Token);
            if (live.TryCountThrough(held, head.Value))
            {
                var pace = new PacedWork(given.Token);
                snapshot = await Task.Factory.StartNew(() => Export(head, pace.Pause), given.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
            else
            {
                TellUnsettled();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (!held.IsBroken)
            {
                TellUnsettled();
            }
        }
        catch (JournalUnavailableException failure)
        {
            LogNotWritten(failure);
        }
        finally
        {
            live.Release(held);
            _pace.Ended(time.GetElapsedTime(started), gaveUp: held.IsBroken);
        }

        if (held.IsBroken)
        {
            LogTooMany();
            return false;
        }

        if (snapshot is null)
        {
            return false;
        }

        _isUnsettled = false;
        await WriteAsync(snapshot, part);
        return IsWritten(snapshot);
    }

    /// <summary>
    /// Writes, if much has come since, the statistics of a model that came to serve after this silo had begun: those that serve here go on from another's, and a
    /// refit counts anew.
    /// </summary>
    /// <returns>True when they are written.</returns>
    public async Task<bool> TakePromotedAsync(CancellationToken cancellationToken)
    {
        if (!snapshots.AreKept || models.Current.Bundle?.Manifest is not { } model || model.Version == _begun.ModelVersion)
        {
            return false;
        }

        var cut = new Begun(model.Version, model.JournalCut);
        if (!IsMuch(await journal.GetHeadAsync(cancellationToken), cut, WrittenOf(cut) > cut.Position ? DerivedAgainAfter : 1))
        {
            return false;
        }

        var part = reduced.BeginPart();
        var snapshot = await promoted.DeriveAsync(model, await StoredAsync(cut, cancellationToken), rules.Hash, cancellationToken);
        await WriteAsync(snapshot, part);
        return IsWritten(snapshot);
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

    /// <summary>What was written last, read on a thread that gives way. Null where it is damaged, or holds no more than the model's.</summary>
    private async Task<ItemStatisticsSnapshot?> StoredAsync(Begun cut, CancellationToken cancellationToken)
    {
        if (WrittenOf(cut) <= cut.Position)
        {
            return null;
        }

        try
        {
            var stored = await await BackgroundThread.RunAsync(
                "RecActors snapshot", () => snapshots.ReadStatisticsAsync(cancellationToken).AsTask(), cancellationToken);
            return stored is not null && IsOf(stored, cut) ? stored : null;
        }
        catch (InvalidDataException failure)
        {
            LogIgnored(failure);
            return null;
        }
    }

    /// <summary>Not once another model serves: the next start begins with its statistics, which a refit counted anew, and those here are not.</summary>
    private bool IsDue(JournalPosition position) => snapshots.AreKept && models.Current.Version == _begun.ModelVersion && IsMuch(position, _begun);

    private bool IsMuch(JournalPosition position, Begun begun, int times = 1) => position.Value - WrittenOf(begun) >= (long)times * options.Value.SnapshotActions;

    /// <summary>The position of what is written, or what a start would begin with otherwise.</summary>
    private long WrittenOf(Begun begun) => Volatile.Read(ref _written) is var written && written.ModelVersion == begun.ModelVersion ? Math.Max(written.Position, begun.Position) : begun.Position;

    private bool IsWritten(ItemStatisticsSnapshot snapshot) =>
        Volatile.Read(ref _written) is var written && written.ModelVersion == snapshot.ModelVersion && written.Position >= snapshot.Position;

    /// <summary>Whether a start with a model can go on from these.</summary>
    private bool IsOf(ItemStatisticsSnapshot snapshot, Begun begun) =>
        snapshot.ModelVersion == begun.ModelVersion && snapshot.Position >= begun.Position && snapshot.Rules == rules.Hash;

    private ItemStatisticsSnapshot Export(JournalPosition position, Action? pause = null) =>
        new(position.Value, _begun.ModelVersion, rules.Hash, statistics.Export(catalog.IdOf, pause), statistics.ExportRecency(catalog.IdOf, pause));

    /// <summary>Has a user whose activation has gone opened anew, which tells what became of the append that it left.</summary>
    private async Task AskAsync(string userId)
    {
        try
        {
            await grains.GetGrain<IUserGrain>(userId).AppendAsync(new FeedbackBatch([]), CancellationToken.None).WaitAsync(SettleTimeout, time);
        }
        catch (Exception failure)
        {
            // The next time again.
            LogUnknown(failure);
        }
    }

    private void TellUnsettled()
    {
        if (!_isUnsettled)
        {
            _isUnsettled = true;
            LogUnsettled();
        }
    }

    private Task WriteAsync(ItemStatisticsSnapshot snapshot, long part) => _writing = WriteAsync(_writing, snapshot, part);

    /// <summary>Never fails: those who write later wait for it.</summary>
    private async Task WriteAsync(Task before, ItemStatisticsSnapshot snapshot, long part)
    {
        await before;
        try
        {
            await snapshots.WriteStatisticsAsync(snapshot, CancellationToken.None);
            Volatile.Write(ref _written, new(snapshot.ModelVersion, snapshot.Position));
            reduced.RemoveBefore(part);
        }
        catch (Exception failure)
        {
            // The next start counts again, that is all: a file that only spares time must not stop a silo.
            LogNotWritten(failure);
        }
    }

    /// <summary>Statistics that hold every action up to a position, and the model whose statistics they began with.</summary>
    private sealed record Begun(long ModelVersion, long Position);

    [LoggerMessage(LogLevel.Information, "The item statistics of position {Position} were read in {Seconds:F1} s")]
    private partial void LogRestored(long position, double seconds);

    [LoggerMessage(LogLevel.Information, "The stored item statistics, of position {Position} and model {Version}, are not those that this start begins with; they are ignored")]
    private partial void LogOther(long position, long version);

    [LoggerMessage(LogLevel.Warning, "The stored item statistics are ignored, and the actions counted again")]
    private partial void LogIgnored(Exception failure);

    [LoggerMessage(LogLevel.Warning, "The item statistics are not stored, since the journals may have actions that they do not count; the next start counts those")]
    private partial void LogUncounted();

    [LoggerMessage(LogLevel.Warning, "The item statistics are not stored now, since appends have no answer yet; it is tried again, and told again once it has succeeded")]
    private partial void LogUnsettled();

    [LoggerMessage(LogLevel.Information, "What became of an append that a user's activation has left is still unknown; it is asked again")]
    private partial void LogUnknown(Exception failure);

    [LoggerMessage(LogLevel.Warning, "The item statistics are not stored now, since more actions came than are held back; it is tried again after a rest that is longer each time")]
    private partial void LogTooMany();

    [LoggerMessage(LogLevel.Warning, "The item statistics could not be stored for the next start")]
    private partial void LogNotWritten(Exception failure);
}
