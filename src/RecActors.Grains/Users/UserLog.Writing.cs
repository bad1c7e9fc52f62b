using System.Runtime.ExceptionServices;
using RecActors.Feedback;
using RecActors.ItemStats;
using RecActors.Journal;
using RecActors.Failures;

namespace RecActors.Users;

/// <content>The appends, one after another.</content>
internal sealed partial class UserLog : IAppendWaiter
{
    private WaitingBatch? _group;
    private FeedbackEntry[] _entries = [];
    private long _appendedAt;
    private bool _isWriting;
    private TaskCompletionSource? _idle;

    /// <summary>What became of an append.</summary>
    private enum WriteOutcome
    {
        Durable,
        Refused,
        Unknown,
    }

    /// <summary>
    /// Begins the next append, and the ones after it as long as they are answered at once. Without a task for the loop: there would be one for every append,
    /// since nearly always one is all that waits.
    /// </summary>
    private void WriteNext()
    {
        while (!_queue.IsEmpty && _isOpen && !IsLost)
        {
            _group = _queue.TakeGroup();
            _entries = _group.EntriesOfGroup();
            var (result, failure) = (default(AppendResult), default(Exception));
            try
            {
                _appendRound = services.Statistics.BeginAppend();
                _appendedAt = _time.GetTimestamp();
                var append = _journal.AppendAsync(userId, _epoch, state.Version, _entries, CancellationToken.None);
                if (!append.IsCompleted)
                {
                    services.Appends.Watch(append, turns, this);
                    return;
                }

                result = append.GetAwaiter().GetResult();
            }
#pragma warning disable CA1031 // As when it comes later.
            catch (Exception thrown)
#pragma warning restore CA1031
            {
                failure = thrown;
            }

            if (!TryAcknowledge(result, failure))
            {
                _ = EndAsync(failure);
                return;
            }
        }

        // Every active user has this log: what is done is let go.
        (_group, _entries, _isWriting) = (null, [], false);
        var idle = _idle;
        _idle = null;
        idle?.SetResult();
    }

    void IAppendWaiter.Answered(AppendResult result, Exception? failure)
    {
        if (TryAcknowledge(result, failure))
        {
            WriteNext();
        }
        else
        {
            _ = EndAsync(failure);
        }
    }

    /// <summary>Applies and acknowledges what is durable; false when it is not known to be.</summary>
    private bool TryAcknowledge(AppendResult result, Exception? failure)
    {
        if (failure is not null || result.Status != AppendStatus.Appended)
        {
            return false;
        }

        try
        {
            UserTelemetry.Appended(_entries.Length, _time.GetElapsedTime(_appendedAt));
            _hasUnprovenEntries = false;
            Acknowledge(_group!, _entries, result.Position.Value);
        }
#pragma warning disable CA1031 // Whatever it was, nobody may wait for ever.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            LoseAfter(thrown);
        }

        return true;
    }

    /// <summary>Finds out what became of an append that was refused, or has failed, and goes on.</summary>
    private async Task EndAsync(Exception? failure)
    {
        var (group, entries) = (_group!, _entries);
        try
        {
            var outcome = WriteOutcome.Refused;
            try
            {
                if (failure is not null)
                {
                    ExceptionDispatchInfo.Throw(failure);
                }

                await BeFencedAsync();
            }
            catch (Exception unanswered) when (unanswered is JournalUnavailableException or TimeoutException)
            {
                UserTelemetry.Ambiguous();
                LogAmbiguous(unanswered);
                outcome = await OutcomeOfAsync(entries);
                _unanswered = outcome == WriteOutcome.Durable ? null : new UnansweredAppend(state.Version, entries, _appendRound);
            }

            switch (outcome)
            {
                case WriteOutcome.Durable:
                    Acknowledge(group, entries, StatsAction.UnknownPosition);
                    break;
                case WriteOutcome.Unknown:
                    _isOpen = false;
                    _queue.Fail(group, new UnavailableException("The user's journal does not answer."));
                    break;
                default:
                    // Before its callers hear of it: they go on at once, and the activation goes away with the last of them.
                    Lose();
                    _queue.Fail(group, Lost());
                    break;
            }
        }
        catch (Exception thrown)
        {
            LoseAfter(thrown);
        }
        finally
        {
            WriteNext();
        }
    }

    /// <summary>Gives the journal up and fails who waits. Does not throw: who comes next, and who waits for the end of the appends, would never hear.</summary>
    private void LoseAfter(Exception failure)
    {
        Lose();
        _queue.Fail(_group, new UnavailableException("The user's actions could not be applied.", failure));
        try
        {
            LogWriteFailed(failure);
        }
#pragma warning disable CA1031 // A log that cannot be written, as to an exporter that is closed, may be what has failed before.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private async Task BeFencedAsync()
    {
        services.Statistics.SettleAppend(_appendRound);
        UserTelemetry.Fenced();
        LogFenced();
        await LookForShorterAsync();
    }

    private void Acknowledge(WaitingBatch group, FeedbackEntry[] entries, long position)
    {
        var version = state.Version;
        for (var i = 0; i < entries.Length; i++)
        {
            state.Apply(entries[i], services.Statistics, position, behind: entries.Length - 1 - i);
        }

        services.Statistics.SettleAppend(_appendRound);
        _queue.Acknowledge(group, version);
    }
}
