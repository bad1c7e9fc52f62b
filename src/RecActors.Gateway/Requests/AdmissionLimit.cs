namespace RecActors.Requests;

/// <summary>
/// How many requests may be in flight: as many as are answered in time. A window of time is congested if too many timed requests took longer than the
/// target, or if whatever came waited long for a thread. Stalls end, and what piled up goes by itself: only where congestion lasts is it an overload, and
/// the limit falls, first to what was in flight when all was well, then by steps below what is in flight; where the limit is used up and nothing is late it
/// rises again. That congestion has to last, and that the shortest wait of a window counts, is from Nichols and Jacobson 2012, "Controlling queue delay";
/// increase and decrease are multiplicative (Chiu and Jain 1989, "Analysis of the increase and decrease algorithms for congestion avoidance in computer
/// networks", add where neighbours must be fair to each other; a gateway has none). Thread-safe.
/// </summary>
/// <param name="bounds">What the limit keeps within.</param>
/// <param name="target">How long a timed request may take; zero leaves the limit at its most.</param>
/// <param name="overloadAfter">How long congestion lasts before it is an overload.</param>
/// <param name="time">The clock.</param>
internal sealed class AdmissionLimit(AdmissionBounds bounds, TimeSpan target, TimeSpan overloadAfter, TimeProvider time)
{
    private const double Fall = 0.8, Rise = 1.1;

    /// <summary>A window with a larger share of late requests is congested; fewer are pauses of the machine.</summary>
    private const double LateShare = 0.05;

    /// <summary>
    /// Of the target, the shortest wait for a thread in a window that is congested while much is refused; else it is the whole target. A queue that stands
    /// answers no more requests than a short one, and each of them later; a burst has an end, and with it a short wait.
    /// </summary>
    private const double StandingShare = 0.2;

    /// <summary>Fewer timed requests say nothing.</summary>
    private const int LeastTimed = 10;

    /// <summary>Much is refused if it is more than this share of what is let in, and not one connection too many.</summary>
    private const double RefusedShare = 0.1;

    /// <summary>What was in flight falls by more than this share in a window while what a stall piled up is worked off.</summary>
    private const double DrainedShare = 0.05;

    /// <summary>What is remembered of each window in which all was well for the next.</summary>
    private const double WellMemory = 0.9;

    /// <summary>A window with too few timed requests goes on for so long before they say something all the same.</summary>
    private static readonly TimeSpan LongestWindow = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly AdmissionBounds _bounds = bounds.Ordered();
    private Window _window = new(time.GetTimestamp(), 0);
    private double _limit = bounds.Most;
    private double _ranWell;
    private int _peakBefore;
    private int _inFlight;
    private TimeSpan _congestedFor;
    private bool _isOverloaded;
    private long _overloadedAt;

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
                _window.Refused++;
                return false;
            }

            _window.Entered++;
            _window.Peak = Math.Max(_window.Peak, ++_inFlight);
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
                _window.Timed++;
                _window.Late += duration > target ? 1 : 0;
            }

            EndWindow(time.GetTimestamp());
        }
    }

    /// <summary>Something of the process has waited so long for a thread.</summary>
    public void Waited(TimeSpan wait)
    {
        lock (_lock)
        {
            _window.HasWaits = true;
            _window.ShortestWait = wait < _window.ShortestWait ? wait : _window.ShortestWait;
            EndWindow(time.GetTimestamp());
        }
    }

    private void EndWindow(long now)
    {
        var lasted = time.GetElapsedTime(_window.Started, now);
        if (target <= TimeSpan.Zero || lasted < target || (_window.Timed is > 0 and < LeastTimed && lasted < LongestWindow))
        {
            return;
        }

        var isMuchRefused = _isOverloaded && _window.Refused > RefusedShare * _window.Entered;
        var isStanding = _window.HasWaits && _window.ShortestWait > target * (isMuchRefused ? StandingShare : 1);
        if (isStanding || _window.Late > LateShare * _window.Timed)
        {
            Congested(isStanding && isMuchRefused ? _bounds.LeastWaiting : _bounds.Least, lasted, now);
        }
        else if (_window.Timed > 0 || _window.HasWaits || _inFlight == 0)
        {
            Well(now);
        }

        _peakBefore = _window.Peak;
        _window = new Window(now, _inFlight);
    }

    private void Congested(int least, TimeSpan lasted, long now)
    {
        if (!_isOverloaded && _inFlight >= _window.InFlightBefore * (1 - DrainedShare))
        {
            // A window is long where nothing at all went on: a pause of the machine says little for as long as it was.
            _congestedFor += lasted < 2 * target ? lasted : 2 * target;
        }

        if (!_isOverloaded && _congestedFor < overloadAfter)
        {
            return;
        }

        if (_isOverloaded && _window.InFlightBefore > _limit)
        {
            // What was let in before the last fall is still being worked off: how long that takes says nothing of the limit.
            _overloadedAt = now;
            return;
        }

        var used = Math.Min(_limit, _window.Peak);
        var begins = !_isOverloaded && _ranWell > 0;
        var lower = begins ? _ranWell : Math.Max(used * Fall, _ranWell);
        _limit = Math.Min(_limit, Math.Max(least, lower));
        (_isOverloaded, _overloadedAt, _ranWell) = (true, now, 0);
    }

    private void Well(long now)
    {
        _congestedFor = TimeSpan.Zero;

        // In flight in one window, answered in the next.
        _ranWell = Math.Max(_peakBefore, _ranWell * WellMemory);
        if (_window.Refused > 0)
        {
            _overloadedAt = now;
            _limit = Math.Min(_bounds.Most, (_limit * Rise) + 1);
        }
        else if (_isOverloaded && time.GetElapsedTime(_overloadedAt, now) > Quiet)
        {
            (_isOverloaded, _limit) = (false, _bounds.Most);
        }
    }

    /// <summary>What was seen since a window began.</summary>
    private struct Window(long started, int inFlight)
    {
        public readonly long Started = started;
        public readonly int InFlightBefore = inFlight;
        public int Peak = inFlight;
        public int Entered;
        public int Refused;
        public int Timed;
        public int Late;
        public bool HasWaits;
        public TimeSpan ShortestWait = TimeSpan.MaxValue;
    }
}

/// <summary>What a limit of requests in flight keeps within; of what contradicts, the smaller counts.</summary>
/// <param name="Most">Never more in flight than these; where the limit begins, and where it returns after a while without overload.</param>
/// <param name="Least">As many are let in however late requests are: a slow store refuses nobody at the usual rates, and a client with so many connections is never refused.</param>
/// <param name="LeastWaiting">
/// As many are let in also while whatever comes waits for a thread and more come than are let in: the fewer share the processors, the sooner each is done.
/// </param>
internal readonly record struct AdmissionBounds(int Most, int Least, int LeastWaiting)
{
    public AdmissionBounds Ordered() => this with { Least = Math.Min(Least, Most), LeastWaiting = Math.Min(LeastWaiting, Math.Min(Least, Most)) };
}
