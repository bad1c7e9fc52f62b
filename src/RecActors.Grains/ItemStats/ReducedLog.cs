using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Catalog;
using RecActors.Journal;
using RecActors.Snapshots;

namespace RecActors.ItemStats;

/// <summary>
/// Keeps, for a start after a kill, how the actions of this silo's users are counted: such a start reads them from the journals in any case, but not the whole journal
/// of each user who acted since the statistics were stored. What is in it is what the user's journal says, so it may lack anything and may have more than is asked for. Thread-safe.
/// </summary>
internal sealed partial class ReducedLog(
    IStartSnapshots snapshots, CatalogReplica catalog, CountingRules rules, IOptions<ItemStatsOptions> options, TimeProvider time, ILogger<ReducedLog> logger) : IDisposable
{
    /// <summary>Actions that wait to be written at most, some 120 bytes each; where the disk is slower than that, those beyond are left out.</summary>
    private const int MostWaiting = 100_000;

    private readonly IReducedActionLog _log = snapshots.ReducedActions;
    private readonly long _mostBytes = snapshots.AreKept ? options.Value.ReducedMegabytes * 1024L * 1024 : 0;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _lock = new();
    private ReducedActions _waiting = new();
    private ReducedActions _spare = new();
    private long _position;
    private bool _isFull = !snapshots.AreKept || options.Value.ReducedMegabytes == 0;

    /// <summary>The hash by which a user is known here.</summary>
    public static ulong HashOf(string userId) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(userId.AsSpan()));

    /// <summary>Keeps an action that is durable.</summary>
    /// <param name="user">Its user.</param>
    /// <param name="sequence">Its number in the user's journal, from 1 on.</param>
    /// <param name="isRepeat">The user has acted on the item before.</param>
    /// <param name="sources">Rows of the earlier items that it makes pairs with, newest first.</param>
    /// <param name="position">Where the journals have it, if that is known.</param>
    public void Add(string user, long sequence, bool isRepeat, ReadOnlySpan<int> sources, long position)
    {
        if (Volatile.Read(ref _isFull))
        {
            return;
        }

        var hash = HashOf(user);
        lock (_lock)
        {
            if (_waiting.Count < MostWaiting)
            {
                _waiting.Add(hash, sequence, isRepeat, sources);
                _position = position == StatsAction.UnknownPosition ? _position : Math.Max(_position, position);
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

        using var timer = new PeriodicTimer(options.Value.ReducedInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await WriteAsync(cancellationToken);
        }
    }

    /// <summary>Writes what has come. Never fails: the next start reads more, that is all.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        var (taken, position) = Take();
        try
        {
            if (taken.Count > 0)
            {
                await _log.WriteAsync(rules.Hash, position, taken, catalog.IdOf, CancellationToken.None);
                Volatile.Write(ref _isFull, _log.Bytes >= _mostBytes);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Until statistics are stored again.
            Volatile.Write(ref _isFull, true);
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
            _log.RemoveBefore(part);
            Volatile.Write(ref _isFull, _log.Bytes >= _mostBytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(failure);
        }
    }

    /// <summary>Removes all that is kept, and what waits: a user's actions are to be forgotten, and come no more.</summary>
    /// <exception cref="IOException">They could not be removed.</exception>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        if (_mostBytes == 0)
        {
            return;
        }

        await _writing.WaitAsync(cancellationToken);
        try
        {
            Take().Taken.Clear();
            await Task.Run(() => _log.RemoveBefore(_log.BeginPart()), CancellationToken.None);
            Volatile.Write(ref _isFull, false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>All that is kept and of use here. What knows of a position that the journals do not have is of another time than they are, and removed.</summary>
    public async Task<ReducedIndex> ReadAsync(JournalPosition head, CancellationToken cancellationToken)
    {
        if (_mostBytes == 0)
        {
            return ReducedIndex.Empty;
        }

        try
        {
            var (actions, started) = (new ReducedActions(), time.GetTimestamp());
            var position = await _log.ReadAsync(rules.Hash, catalog.Intern, actions, cancellationToken);
            if (position > head.Value)
            {
                LogOther(position, head.Value);
                await ForgetAsync(cancellationToken);
                return ReducedIndex.Empty;
            }

            Volatile.Write(ref _isFull, _log.Bytes >= _mostBytes);
            var index = new ReducedIndex(actions);
            LogRead(actions.Count, time.GetElapsedTime(started).TotalSeconds);
            return index;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            LogIgnored(failure);
            return ReducedIndex.Empty;
        }
    }

    public void Dispose() => _writing.Dispose();

    private (ReducedActions Taken, long Position) Take()
    {
        lock (_lock)
        {
            (_waiting, _spare) = (_spare, _waiting);
            return (_spare, _position);
        }
    }

    [LoggerMessage(LogLevel.Information, "How {Actions} actions are counted was read in {Seconds:F1} s")]
    private partial void LogRead(int actions, double seconds);

    [LoggerMessage(LogLevel.Information, "What is kept of how actions are counted knows of position {Position}, and the journals end at {Head}; it is removed")]
    private partial void LogOther(long position, long head);

    [LoggerMessage(LogLevel.Warning, "What is kept of how actions are counted is ignored; the journals of all users who acted are read instead")]
    private partial void LogIgnored(Exception failure);

    [LoggerMessage(LogLevel.Warning, "How actions are counted could not be kept; a start after a kill reads the journals of all users who acted instead")]
    private partial void LogNotWritten(Exception failure);
}
