using Microsoft.Extensions.Options;

namespace RecActors.Users;

/// <summary>
/// Whether the journal answered the last question about an owner. While it does not, one question a moment finds out whether it does
/// again, and the others are answered from memory at once instead of waiting in vain. Per silo; thread-safe.
/// </summary>
internal sealed class JournalAvailability(IOptions<UserOptions> options, TimeProvider time)
{
    private long _askAgainAt;

    /// <summary>True when the journal is to be asked.</summary>
    public bool TryEnter()
    {
        var askAgainAt = Volatile.Read(ref _askAgainAt);
        return askAgainAt == 0
            || (time.GetTimestamp() >= askAgainAt && Interlocked.CompareExchange(ref _askAgainAt, Later(), askAgainAt) == askAgainAt);
    }

    public void Answered() => Volatile.Write(ref _askAgainAt, 0);

    public void Failed() => Volatile.Write(ref _askAgainAt, Later());

    private long Later() => time.GetTimestamp() + (long)(options.Value.JournalRetryPause.TotalSeconds * time.TimestampFrequency);
}
