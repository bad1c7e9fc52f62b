using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Catalog;
using RecActors.Journal;
using RecActors.Snapshots;

namespace RecActors.ItemStats;

/// <summary>
/// Keeps, for a start after a kill, how the actions of this silo's users count: such a start reads them from the journals in any case, but not the whole
/// journal of each user who acted since the statistics were stored. An action at a position of the journals never counts otherwise, so what is kept may
/// lack anything, and may have more than is asked for. Nothing is kept before the start has read what is there. Thread-safe.
/// </summary>
internal sealed partial class ReducedLog(
    IStartSnapshots snapshots, CatalogReplica catalog, CountingRules rules, IOptions<ItemStatsOptions> options, TimeProvider time, ILogger<ReducedLog> logger) : IDisposable
{
    /// <summary>Actions that wait to be written at most, some 110 bytes each; where the disk is slower than that, those beyond are left out.</summary>
    private const int MostWaiting = 100_000;

    private readonly IReducedActionLog _log = snapshots.ReducedActions;
    private readonly long _mostBytes = snapshots.AreKept ? options.Value.ReducedLogMegabytes * 1024L * 1024 : 0;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _lock = new();
    private ReducedActions _waiting = new();
    private ReducedActions _spare = new();
    private bool _takesMore;
    private bool _isRead;

    /// <summary>Keeps an action that is durable.</summary>
    /// <param name="position">Where the journals have it.</param>
    /// <param name="isRepeat">The user has acted on the item before.</param>
    /// <param name="sources">Rows of the earlier items that it makes pairs with, newest first.</param>
    public void Add(long position, bool isRepeat, ReadOnlySpan<int> sources)
    {
        if (!Volatile.Read(ref _takesMore))
        {
            return;
        }

        lock (_lock)
        {
            if (_waiting.Count < MostWaiting)
            {
                _waiting.Add(position, isRepeat, sources);
            }
        }
    }

    /// <summary>Writes now and then what has come, until it is cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (_mostBytes == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.Value.ReducedLogInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await WriteAsync(cancellationToken);
        }
    }

    /// <summary>Writes what has come. Does not fail: the next start reads more, that is all.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        var taken = Take();
        try
        {
            if (taken.Count > 0)
            {
                await _log.WriteAsync(rules.Hash, taken, catalog.IdOf, CancellationToken.None);
                TakeMore();
            }
        }
        catch (Exception failure)
        {
            // Until statistics are stored again.
            Volatile.Write(ref _takesMore, false);
            LogNotWritten(failure);
        }
        finally
        {
            taken.Clear();
            _writing.Release();
        }
    }

    /// <summary>Begins a part: what is added from here on is not in the ones before. Returns its number.</summary>
    public long BeginPart() => _log.BeginPart();

    /// <summary>Statistics are stored that have whatever was added before a part was begun. Does not throw.</summary>
    public void RemoveBefore(long part)
    {
        try
        {
            RemoveAllBefore(part);
        }
        catch (Exception failure)
        {
            LogNotWritten(failure);
        }
    }

    /// <summary>
    /// Removes all that is kept, and what waits: a user's actions are to be forgotten, and come no more. Nothing of it names a user, so that all goes.
    /// </summary>
    /// <exception cref="IOException">They could not be removed.</exception>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        if (!snapshots.AreKept)
        {
            return;
        }

        await _writing.WaitAsync(cancellationToken);
        try
        {
            Take().Clear();
            await Task.Run(() => RemoveAllBefore(_log.BeginPart()), CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>
    /// What is kept of the actions behind a position, and keeps more from then on. What knows of a position that the journals do not have is of another
    /// time than they are, and is removed.
    /// </summary>
    public async Task<ReducedIndex> BeginAsync(JournalPosition after, JournalPosition head, CancellationToken cancellationToken)
    {
        if (_mostBytes == 0)
        {
            return ReducedIndex.Empty;
        }

        try
        {
            var (actions, started) = (new ReducedActions(), time.GetTimestamp());
            var highest = await _log.ReadAsync(rules.Hash, after.Value, head.Value, catalog.Intern, actions, cancellationToken);
            if (highest > head.Value)
            {
                LogOther(highest, head.Value);
            }

            _isRead = true;
            LogRead(actions.Count, time.GetElapsedTime(started).TotalSeconds);
            TakeMore();
            return new ReducedIndex(actions);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing is kept, either, until the next start has looked.
            LogIgnored(failure);
            return ReducedIndex.Empty;
        }
    }

    public void Dispose() => _writing.Dispose();

    private void RemoveAllBefore(long part)
    {
        _log.RemoveBefore(part);
        if (_isRead)
        {
            TakeMore();
        }
    }

    private ReducedActions Take()
    {
        lock (_lock)
        {
            (_waiting, _spare) = (_spare, _waiting);
            return _spare;
        }
    }

    private void TakeMore() => Volatile.Write(ref _takesMore, _log.Bytes < _mostBytes);

    [LoggerMessage(LogLevel.Information, "How {Actions} actions are counted was read in {Seconds:F1} s")]
    private partial void LogRead(int actions, double seconds);

    [LoggerMessage(LogLevel.Information, "What is kept of how actions are counted knows of position {Position}, and the journals end at {Head}; it is removed")]
    private partial void LogOther(long position, long head);

    [LoggerMessage(LogLevel.Warning, "What is kept of how actions are counted is ignored; the journals of all users who acted are read instead")]
    private partial void LogIgnored(Exception failure);

    [LoggerMessage(LogLevel.Warning, "How actions are counted could not be kept; a start after a kill reads the journals of all users who acted instead")]
    private partial void LogNotWritten(Exception failure);
}
