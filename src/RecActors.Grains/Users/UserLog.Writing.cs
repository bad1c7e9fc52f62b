using RecActors.Feedback;
using RecActors.ItemStats;
using RecActors.Journal;
using RecActors.Failures;

namespace RecActors.Users;

/// <content>The appends, one after another.</content>
internal sealed partial class UserLog
{
    /// <summary>What became of an append.</summary>
    private enum WriteOutcome
    {
        Durable,
        Refused,
        Unknown,
    }

    private async Task WriteWaitingAsync()
    {
        while (!_queue.IsEmpty && _isOpen && !IsLost)
        {
            var group = _queue.TakeGroup();
            var entries = group.EntriesOfGroup();
            try
            {
                var (outcome, position) = (WriteOutcome.Refused, StatsAction.UnknownPosition);
                try
                {
                    // Awaited here: a method of its own would be another task, and another turn, for every append.
                    var started = BeginAppend();
                    var result = await services.Appends.Watch(AppendToJournal(entries), turns);
                    if (result.Status == AppendStatus.Appended)
                    {
                        UserTelemetry.Appended(entries.Length, _time.GetElapsedTime(started));
                        _hasUnprovenEntries = false;
                        (outcome, position) = (WriteOutcome.Durable, result.Position.Value);
                    }
                    else
                    {
                        await BeFencedAsync();
                    }
                }
                catch (Exception failure) when (failure is JournalUnavailableException or TimeoutException)
                {
                    UserTelemetry.Ambiguous();
                    LogAmbiguous(failure);
                    outcome = await OutcomeOfAsync(entries);
                    _unanswered = outcome == WriteOutcome.Durable ? null : new UnansweredAppend(state.Version, entries, _appendRound);
                }

                switch (outcome)
                {
                    case WriteOutcome.Durable:
                        Acknowledge(group, entries, position);
                        continue;
                    case WriteOutcome.Unknown:
                        _isOpen = false;
                        _queue.Fail(group, new UnavailableException("The user's journal does not answer."));
                        continue;
                    default:
                        // Before its callers hear of it: they go on at once, and the activation goes away with the last of them.
                        Lose();
                        _queue.Fail(group, Lost());
                        break;
                }
            }
            catch (Exception failure)
            {
                LogWriteFailed(failure);
                Lose();
                _queue.Fail(group, new UnavailableException("The user's actions could not be applied.", failure));
            }
        }

        // Instead of this task, which holds all that it was made of.
        _writing = Task.CompletedTask;
    }

    private long BeginAppend()
    {
        _appendRound = services.Statistics.BeginAppend();
        return _time.GetTimestamp();
    }

    private ValueTask<AppendResult> AppendToJournal(FeedbackEntry[] entries) =>
        _journal.AppendAsync(userId, _epoch, state.Version, entries, CancellationToken.None);

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
        foreach (var entry in entries)
        {
            state.Apply(entry, services.Statistics, position);
        }

        services.Statistics.SettleAppend(_appendRound);
        _queue.Acknowledge(group, version);
    }
}
