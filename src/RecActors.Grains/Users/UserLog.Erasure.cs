using RecActors.Failures;

namespace RecActors.Users;

/// <content>Whether there is a journal to own at all.</content>
internal sealed partial class UserLog
{
    private long _refusedUntilMs;

    /// <summary>Takes ownership, unless that is done; true when the user was erased and is refused, so that there is nothing to own.</summary>
    /// <exception cref="UnavailableException">The journal does not answer, or the ownership is lost.</exception>
    public async ValueTask<bool> IsErasedAsync()
    {
        await OpenAsync();
        if (_refusedUntilMs == 0)
        {
            return false;
        }

        if (_refusedUntilMs > _time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            return true;
        }

        // The time is over: the user may begin anew.
        (_refusedUntilMs, _isOpen) = (0, false);
        await OpenAsync();
        return _refusedUntilMs != 0;
    }
}
