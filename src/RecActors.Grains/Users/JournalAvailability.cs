using Microsoft.Extensions.Options;

namespace RecActors.Users;

/// <summary>
/// Whether the journal answered the last question about an owner. While it does not, one question a moment finds out whether it does
/// again, and the others are answered from memory at once instead of waiting in vain. Per silo; thread-safe.
/// </summary>
internal sealed class JournalAvailability(IOptions<UserOptions> options, TimeProvider time)
{
    private long _askAgainAt;
    private long _answeredAt;

    /// <summary>True when the journal is to be asked.</summary>
    public bool TryEnter()
    {
        var askAgainAt = Volatile.Read(ref _askAgainAt);
        return askAgainAt == 0
            || (time.GetTimestamp() >= askAgainAt && Interlocked.CompareExchange(ref _askAgainAt, Later(), askAgainAt) == askAgainAt);
    }

    /// <summary>
    /// Waits as long for the journal as an answer may. When the time is over much too late, it was this process that stood still, and not the
    /// journal: its answer has had no chance to be read, and is waited for once more.
    /// </summary>
    /// <exception cref="TimeoutException">The journal did not answer in time.</exception>
    public async Task InTimeAsync(Task asking)
    {
        var (timeout, askedAt) = (options.Value.ConfirmationTimeout, time.GetTimestamp());
        try
        {
            await asking.WaitAsync(timeout, time);
        }
        catch (TimeoutException) when (asking.IsCompleted || time.GetElapsedTime(askedAt) >= 2 * timeout)
        {
            await asking.WaitAsync(timeout, time);
        }
    }

    public void Answered()
    {
        Volatile.Write(ref _answeredAt, time.GetTimestamp());
        Volatile.Write(ref _askAgainAt, 0);
    }

    /// <summary>A question of this moment had no answer: the journal has none for anybody, unless somebody has had one since.</summary>
    public void Failed(long askedAt)
    {
        if (Volatile.Read(ref _answeredAt) <= askedAt)
        {
            Volatile.Write(ref _askAgainAt, Later());
        }
    }

    private long Later() => time.GetTimestamp() + (long)(options.Value.JournalRetryPause.TotalSeconds * time.TimestampFrequency);
}
