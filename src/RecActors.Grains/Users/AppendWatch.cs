using Microsoft.Extensions.Options;
using RecActors.Journal;

namespace RecActors.Users;

/// <summary>
/// Ends the waiting for appends that take longer than <see cref="UserOptions.JournalTimeout"/>: one timer for all of a silo, since a timer for each
/// costs more than nearly every append waits. Thread-safe.
/// </summary>
internal sealed class AppendWatch : IDisposable
{
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private PendingAppend? _oldest;
    private PendingAppend? _newest;
    private bool _isSet;

    public AppendWatch(IOptions<UserOptions> options, TimeProvider time)
    {
        (_timeout, _time) = (options.Value.JournalTimeout, time);
        _timer = time.CreateTimer(_ => Look(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The append's outcome, or <see cref="TimeoutException"/>. To be awaited once, in a turn of the activation.</summary>
    public ValueTask<AppendResult> Watch(ValueTask<AppendResult> append, IWorkItemScheduler turns)
    {
        if (append.IsCompleted)
        {
            return append;
        }

        var pending = new PendingAppend(this, append, turns, _time.GetTimestamp());
        Remember(pending);
        pending.Begin();
        return new ValueTask<AppendResult>(pending, 0);
    }

    /// <summary>It is answered.</summary>
    public void Forget(PendingAppend answered)
    {
        lock (_gate)
        {
            Remove(answered);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Remember(PendingAppend pending)
    {
        lock (_gate)
        {
            pending.Earlier = _newest;
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
    }

    private void Remove(PendingAppend pending)
    {
        if (pending.Earlier is null && pending != _oldest)
        {
            return;
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

        (pending.Earlier, pending.Later) = (null, null);
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
