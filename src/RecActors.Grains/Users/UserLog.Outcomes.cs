using RecActors.Feedback;
using RecActors.Journal;

namespace RecActors.Users;

/// <content>What the journal says of appends that had no answer, or were refused.</content>
internal sealed partial class UserLog
{
    /// <summary>
    /// Reads what became of an append without an answer. Only the entries themselves, at their place and safe, prove it. Their absence
    /// proves nothing, since the append may still arrive: that is why the journal is then opened anew, under a higher epoch.
    /// </summary>
    private async Task<WriteOutcome> OutcomeOfAsync(FeedbackEntry[] entries)
    {
        try
        {
            var stored = await _journal.ReadAsync(userId, CancellationToken.None).AsTask().WaitAsync(_options.JournalTimeout, _time);
            if (IsShorter(stored.Count, state.Version))
            {
                return WriteOutcome.Refused;
            }

            if (!stored.Skip((int)state.Version).Take(entries.Length).SequenceEqual(entries))
            {
                return WriteOutcome.Unknown;
            }

            return await EnsureDurableAsync(new JournalHead(_epoch, stored.Count)) ? WriteOutcome.Durable : WriteOutcome.Refused;
        }
        catch (Exception failure) when (failure is JournalUnavailableException or TimeoutException)
        {
            LogAmbiguous(failure);
            return WriteOutcome.Unknown;
        }
    }

    private async Task LookForShorterAsync()
    {
        try
        {
            var head = await _journal.ReadHeadAsync(userId, CancellationToken.None).AsTask().WaitAsync(_options.JournalTimeout, _time);
            IsShorter(head.Length, state.Version);
        }
        catch (Exception failure) when (failure is JournalUnavailableException or TimeoutException)
        {
            LogAmbiguous(failure);
        }
    }

    /// <summary>True when the journal has lost what this activation holds and has acknowledged; then it is left to a successor.</summary>
    private bool IsShorter(long length, long version)
    {
        if (length >= version)
        {
            return false;
        }

        if (!IsLost)
        {
            UserTelemetry.FoundShorter();
            LogShorter(length, version);
            Lose();
        }

        return true;
    }
}
