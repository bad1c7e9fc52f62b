namespace RecActors.Requests;

/// <summary>
/// How many requests may be in flight: as many as are answered in time. After every short window in which too many timed requests took longer
/// than the target, or in which whatever came waited for a thread, the limit falls below what was in flight, and after one in which it was used
/// up and nothing was late it rises again
/// (additive increase and multiplicative decrease keep neighbours fair: Chiu and Jain 1989, "Analysis of the increase and decrease algorithms for
/// congestion avoidance in computer networks"; here both are multiplicative, since a gateway has no neighbours to be fair to). Thread-safe.
/// </summary>
/// <param name="most">Never more in flight than these; where the limit begins, and where it returns after a while without overload.</param>
/// <param name="least">As many are let in however late requests are: a slow store refuses nobody at the usual rates.</param>
/// <param name="leastWaiting">As many are always let in, also while whatever comes waits for a thread: the fewer share the processors, the sooner each is done.</param>
/// <param name="target">How long a timed request may take; zero leaves the limit at <paramref name="most"/>.</param>
/// <param name="time">The clock.</param>
internal sealed class AdmissionLimit(int most, int least, int leastWaiting, TimeSpan target, TimeProvider time)
{
    private const double Fall = 0.8, Rise = 1.1;

    /// <summary>A window with a larger share of late requests was overloaded; fewer are pauses of the machine.</summary>
    private const double LateShare = 0.05;

    /// <summary>
    /// A window whose shortest wait is a larger share of the target has a standing queue; a burst has an end, and with it a short wait (Nichols
    /// and Jacobson 2012, "Controlling queue delay").
    /// </summary>
    private const double StandingShare = 0.2;

    /// <summary>Fewer waits say nothing.</summary>
    private const int LeastWaits = 3;

    /// <summary>Fewer timed requests say nothing.</summary>
    private const int LeastTimed = 10;

    /// <summary>A window with too few timed requests goes on for so long before they say something all the same.</summary>
    private static readonly TimeSpan LongestWindow = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly int _least = Math.Min(least, most);
    private readonly int _leastWaiting = Math.Min(leastWaiting, Math.Min(least, most));
    private double _limit = most;
    private int _inFlight;
    private int _peak;
    private int _timed;
    private int _late;
    private int _waits;
    private TimeSpan _shortestWait = TimeSpan.MaxValue;
    private long _windowStarted = time.GetTimestamp();
    private long _overloadedAt = time.GetTimestamp();

    /// <summary>The limit now.</summary>
    public int Limit
    {
        get
        {
            lock (_lock)
            {
                return (int)_limit;
            }
        }
    }

    /// <summary>Lets a request in; each that was let in must leave. False when it is one too many.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            EndWindow(time.GetTimestamp());
            if (_inFlight >= (int)_limit)
            {
                _peak = _inFlight;
                _overloadedAt = time.GetTimestamp();
                return false;
            }

            _peak = Math.Max(_peak, ++_inFlight);
            return true;
        }
    }

    /// <summary>A request ends.</summary>
    /// <param name="took">How long it took, null for one whose time says nothing of the load.</param>
    public void Leave(TimeSpan? took)
    {
        lock (_lock)
        {
            _inFlight--;
            if (took is { } duration)
            {
                _timed++;
                _late += duration > target ? 1 : 0;
            }

            EndWindow(time.GetTimestamp());
        }
    }

    /// <summary>Something of the process has waited so long for a thread.</summary>
    public void Waited(TimeSpan wait)
    {
        lock (_lock)
        {
            _waits++;
            _shortestWait = wait < _shortestWait ? wait : _shortestWait;
            EndWindow(time.GetTimestamp());
        }
    }

    private void EndWindow(long now)
    {
        var lasted = time.GetElapsedTime(_windowStarted, now);
        if (target <= TimeSpan.Zero || lasted < target || (_timed is > 0 and < LeastTimed && lasted < LongestWindow))
        {
            return;
        }

        var isQueueing = _waits >= LeastWaits && _shortestWait > target * StandingShare;
        if (isQueueing || _late > LateShare * _timed)
        {
            _limit = Math.Min(_limit, Math.Max(isQueueing ? _leastWaiting : _least, Math.Min(_limit, _peak) * Fall));
            _overloadedAt = now;
        }
        else if (_peak >= (int)_limit)
        {
            _limit = Math.Min(most, (_limit * Rise) + 1);
        }
        else if (time.GetElapsedTime(_overloadedAt, now) > Quiet)
        {
            _limit = most;
        }

        (_windowStarted, _peak, _timed, _late, _waits, _shortestWait) = (now, _inFlight, 0, 0, 0, TimeSpan.MaxValue);
    }
}
