using Microsoft.Extensions.Logging;
using RecActors.Failures;
using RecActors.Feedback;
using RecActors.ItemStats;
using RecActors.Journal;

namespace RecActors.Users;

/// <summary>
/// A user's way into the journal, for the one activation that owns it. One append is in flight; batches that arrive meanwhile
/// form the next one. Entries are applied when they are durable and acknowledged after that. An owner that the journal refuses,
/// or that cannot learn what became of its append, is lost: it acknowledges nothing more, and its successor reads the journal.
/// Runs on its grain's turns only.
/// </summary>
internal sealed partial class UserLog(
    string userId, UserState state, IUserJournal journal, LiveItemStatistics statistics, UserOptions options, TimeProvider time, ILogger logger)
{
    private readonly Queue<WaitingBatch> _waiting = new();
    private readonly Dictionary<ulong, WaitingBatch> _unacknowledged = [];
    private Task? _opening;
    private Task _writing = Task.CompletedTask;
    private int _waitingActions;
    private long _epoch;

    /// <summary>True when this activation may not own the journal any more.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Takes ownership and brings the state up to date, at the first call; repeats that when it failed.</summary>
    /// <exception cref="UnavailableException">The journal does not answer, or the ownership is lost.</exception>
    public Task OpenAsync()
    {
        ThrowIfLost();
        if (_opening is null or { IsFaulted: true })
        {
            _opening = OpenOnceAsync();
        }

        return _opening;
    }

    /// <summary>Makes the entries durable that are new, and returns when every entry is.</summary>
    /// <exception cref="OverloadedException">Too many actions wait; nothing was done.</exception>
    /// <exception cref="UnavailableException">Whether the entries are durable is unknown.</exception>
    public async Task<FeedbackReceipt> AppendAsync(IReadOnlyList<FeedbackEntry> entries)
    {
        await OpenAsync();
        ThrowIfLost();
        if (_waitingActions > 0 && _waitingActions + entries.Count > options.MaxWaitingActions)
        {
            throw new OverloadedException($"{_waitingActions} actions of the user are waiting to be written.");
        }

        var batch = new WaitingBatch();
        var earlier = Take(entries, batch);
        if (batch.Entries.Count > 0)
        {
            _waiting.Enqueue(batch);
            _waitingActions += batch.Entries.Count;
            if (_writing.IsCompleted)
            {
                _writing = WriteWaitingAsync();
            }
        }

        foreach (var repeated in earlier)
        {
            await repeated.Durable.Task;
        }

        var version = batch.Entries.Count > 0 ? await batch.Durable.Task : state.Version;
        return new FeedbackReceipt(version, batch.Entries.Count);
    }

    /// <summary>Waits for the appends that have begun or wait.</summary>
    public Task WhenIdleAsync() => _writing;

    /// <summary>Stops owning the journal: whatever waits fails, to be repeated at the successor.</summary>
    public void Lose()
    {
        IsLost = true;
        while (_waiting.TryDequeue(out var batch))
        {
            batch.Durable.TrySetException(Lost());
        }
    }

    private async Task OpenOnceAsync()
    {
        try
        {
            var opened = await journal.OpenAsync(userId, CancellationToken.None).AsTask().WaitAsync(options.JournalTimeout, time);
            foreach (var entry in opened.Entries)
            {
                state.Replay(entry);
            }

            _epoch = opened.Epoch;
        }
        catch (Exception failure) when (failure is JournalUnavailableException or TimeoutException)
        {
            throw new UnavailableException("The user's journal does not answer.", failure);
        }
    }

    /// <summary>Moves the new entries into the batch, and returns the batches whose durability the repeated ones await.</summary>
    private HashSet<WaitingBatch> Take(IReadOnlyList<FeedbackEntry> entries, WaitingBatch batch)
    {
        var earlier = new HashSet<WaitingBatch>();
        foreach (var entry in entries)
        {
            if (state.Remembers(entry.EventHash))
            {
                continue;
            }

            if (entry.EventHash != 0 && !_unacknowledged.TryAdd(entry.EventHash, batch))
            {
                earlier.Add(_unacknowledged[entry.EventHash]);
                continue;
            }

            batch.Entries.Add(entry);
        }

        // An id twice in one batch: the first of the two is written with the batch itself.
        earlier.Remove(batch);
        return earlier;
    }

    private async Task WriteWaitingAsync()
    {
        while (_waiting.Count > 0 && !IsLost)
        {
            var group = TakeGroup();
            FeedbackEntry[] entries = [.. group.SelectMany(batch => batch.Entries)];
            try
            {
                if (await WriteAsync(entries))
                {
                    Acknowledge(group);
                    continue;
                }

                Fail(group, Lost());
            }
            catch (Exception failure)
            {
                LogWriteFailed(failure);
                Fail(group, new UnavailableException("The user's actions could not be applied.", failure));
            }

            Lose();
        }
    }

    private List<WaitingBatch> TakeGroup()
    {
        var group = new List<WaitingBatch>();
        var actions = 0;
        while (_waiting.TryPeek(out var next) && (actions == 0 || actions + next.Entries.Count <= options.MaxActionsPerAppend))
        {
            actions += next.Entries.Count;
            group.Add(_waiting.Dequeue());
        }

        _waitingActions -= actions;
        return group;
    }

    /// <summary>True when the entries are durable; false when they are not, or nobody can say.</summary>
    private async Task<bool> WriteAsync(FeedbackEntry[] entries)
    {
        var started = time.GetTimestamp();
        try
        {
            var result = await journal.AppendAsync(userId, _epoch, state.Version, entries, CancellationToken.None)
                .AsTask().WaitAsync(options.JournalTimeout, time);
            if (result.Status == AppendStatus.Appended)
            {
                UserTelemetry.Appended(entries.Length, time.GetElapsedTime(started));
                return true;
            }

            UserTelemetry.Fenced();
            LogFenced();
            return false;
        }
        catch (Exception failure) when (failure is JournalUnavailableException or TimeoutException)
        {
            UserTelemetry.Ambiguous();
            LogAmbiguous(failure);
            return await IsDurableAsync(entries);
        }
    }

    /// <summary>
    /// Reads what became of an append without an answer. Only the entries themselves, at their place, prove it. Their absence
    /// proves nothing, since the append may still arrive: that is why the owner is then lost, and its successor's epoch keeps
    /// the straggler out.
    /// </summary>
    private async Task<bool> IsDurableAsync(FeedbackEntry[] entries)
    {
        try
        {
            var stored = await journal.ReadAsync(userId, CancellationToken.None).AsTask().WaitAsync(options.JournalTimeout, time);
            return stored.Count >= state.Version + entries.Length
                && stored.Skip((int)state.Version).Take(entries.Length).SequenceEqual(entries);
        }
        catch (Exception failure) when (failure is JournalUnavailableException or TimeoutException)
        {
            LogAmbiguous(failure);
            return false;
        }
    }

    private void Acknowledge(List<WaitingBatch> group)
    {
        foreach (var batch in group)
        {
            foreach (var entry in batch.Entries)
            {
                state.Apply(entry, statistics);
                _unacknowledged.Remove(entry.EventHash);
            }

            batch.Durable.TrySetResult(state.Version);
        }
    }

    private static void Fail(List<WaitingBatch> group, UnavailableException failure)
    {
        foreach (var batch in group)
        {
            batch.Durable.TrySetException(failure);
        }
    }

    private void ThrowIfLost()
    {
        if (IsLost)
        {
            throw Lost();
        }
    }

    private static UnavailableException Lost() => new("The user's journal has another owner, or does not answer.");

    [LoggerMessage(LogLevel.Information, "An append was refused: the user's journal has another owner. The activation goes away")]
    private partial void LogFenced();

    [LoggerMessage(LogLevel.Warning, "An append has no answer; the journal is read to learn whether it took place")]
    private partial void LogAmbiguous(Exception failure);

    [LoggerMessage(LogLevel.Error, "Durable actions could not be applied. The activation goes away")]
    private partial void LogWriteFailed(Exception failure);

    /// <summary>Entries that become durable together, and the promise of the user version that contains them.</summary>
    private sealed class WaitingBatch
    {
        public List<FeedbackEntry> Entries { get; } = [];

        public TaskCompletionSource<long> Durable { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
