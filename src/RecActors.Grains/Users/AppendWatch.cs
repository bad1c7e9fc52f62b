using Microsoft.Extensions.Options;
using RecActors.Journal;

namespace RecActors.Users;

/// <summary>
/// Ends the waiting for appends that take longer than <see cref="UserOptions.JournalTimeout"/>: one timer for all of a silo, since a timer for each
/// costs more than nearly every append waits. Thread-safe.
/// </summary>
internal sealed class AppendWatch : IDisposable
{
    /// <summary>Appends that are kept to be used again, at most, some 200 bytes each: as many as are on their way under a high load.</summary>
    private const int MostKept = 8_192;

    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private PendingAppend? _oldest;
    private PendingAppend? _newest;
    private PendingAppend? _kept;
    private int _keptCount;
    private bool _isSet;

    public AppendWatch(IOptions<UserOptions> options, TimeProvider time)
    {
        (_timeout, _time) = (options.Value.JournalTimeout, time);
        _timer = time.CreateTimer(_ => Look(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Tells who waits the append's outcome, or <see cref="TimeoutException"/>, in a turn of the activation.</summary>
    public void Watch(ValueTask<AppendResult> append, IWorkItemScheduler turns, IAppendWaiter waiter)
    {
        var now = _time.GetTimestamp();
        PendingAppend pending;
        lock (_gate)
        {
            pending = TakeKept() ?? new PendingAppend(this);
            pending.StandFor(append, turns, waiter, now);
            Remember(pending);
        }

        pending.Begin();
    }

    /// <summary>It is answered. False when it was taken for late before.</summary>
    public bool TryForget(PendingAppend answered)
    {
        lock (_gate)
        {
            return Remove(answered);
        }
    }

    /// <summary>It is done, and nobody knows it any more.</summary>
    public void UseAgain(PendingAppend done)
    {
        lock (_gate)
        {
            if (_keptCount < MostKept)
            {
                (done.Later, _kept) = (_kept, done);
                _keptCount++;
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private PendingAppend? TakeKept()
    {
        if (_kept is { } kept)
        {
            (_kept, kept.Later) = (kept.Later, null);
            _keptCount--;
            return kept;
        }

        return null;
    }

    private void Remember(PendingAppend pending)
    {
        (pending.Earlier, pending.IsWatched) = (_newest, true);
        if (_newest is null)
        {
            _oldest = pending;
        }
        else
        {
            _newest.Later = pending;
        }

        _newest = pending;
        if (!_isSet)
        {
            SetTimer(_timeout);
        }
    }

    private bool Remove(PendingAppend pending)
    {
        if (!pending.IsWatched)
        {
            return false;
        }

        if (pending.Earlier is null)
        {
            _oldest = pending.Later;
        }
        else
        {
            pending.Earlier.Later = pending.Later;
        }

        if (pending.Later is null)
        {
            _newest = pending.Earlier;
        }
        else
        {
            pending.Later.Earlier = pending.Earlier;
        }

        (pending.Earlier, pending.Later, pending.IsWatched) = (null, null, false);
        return true;
    }

    /// <summary>Those of the list that are late; the timer is set for the oldest that is not.</summary>
    private void Look()
    {
        List<PendingAppend> late = [];
        lock (_gate)
        {
            _isSet = false;
            var now = _time.GetTimestamp();
            while (_oldest is { } oldest)
            {
                var left = _timeout - _time.GetElapsedTime(oldest.BegunAt, now);
                if (left > TimeSpan.Zero)
                {
                    SetTimer(left);
                    break;
                }

                Remove(oldest);
                late.Add(oldest);
            }
        }

        foreach (var append in late)
        {
            append.TimeOut();
        }
    }

    private void SetTimer(TimeSpan after)
    {
        _isSet = true;

        // A timer knows whole milliseconds; one too early would be set again and again.
        _timer.Change(after + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}
