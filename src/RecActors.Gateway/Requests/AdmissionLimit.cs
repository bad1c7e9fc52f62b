namespace RecActors.Requests;

/// <summary>
/// How many requests may be in flight: as many as are answered in time. A window of time is congested if many timed requests took longer than the
/// target, or if whatever came waited as long for a thread. Stalls end, and what piled up goes by itself: only where congestion lasts is it an overload, and
/// the limit falls, first to what was in flight when all was well, then by steps below what is in flight; where the limit is used up and nothing is late it
/// rises again. That congestion has to last, and that the shortest wait of a window counts, is from Nichols and Jacobson 2012, "Controlling queue delay";
/// increase and decrease are multiplicative (Chiu and Jain 1989, "Analysis of the increase and decrease algorithms for congestion avoidance in computer
/// networks", add where neighbours must be fair to each other; a gateway has none). Thread-safe.
/// </summary>
/// <param name="most">Never more in flight than these; where the limit begins, and where it returns after a while without overload.</param>
/// <param name="least">
/// As many are let in however late requests are: a slow store refuses nobody at the usual rates, and a client with no more connections is never refused. Half as
/// many are answered far less often and hardly sooner, since those that wait for the disk or the store take the place of others.
/// </param>
/// <param name="target">How long a timed request may take; zero leaves the limit at its most.</param>
/// <param name="overloadAfter">How long congestion lasts before it is an overload.</param>
/// <param name="time">The clock.</param>
internal sealed class AdmissionLimit(int most, int least, TimeSpan target, TimeSpan overloadAfter, TimeProvider time)
{
    private const double Fall = 0.8, Rise = 1.1;

    /// <summary>A window with a larger share of late requests is congested; fewer are pauses of the machine, or ask for more than others.</summary>
    private const double LateShare = 0.25;

    /// <summary>
    /// While much is refused, what takes longer than this share of the target is late. A queue that stands answers no more requests than a short one, and each
    /// of them later; a burst has an end, and with it a short wait.
    /// </summary>
    private const double StandingShare = 0.2;

    /// <summary>Fewer timed requests say nothing.</summary>
    private const int LeastTimed = 10;

    /// <summary>Much is refused if it is more than this share of what is let in, and not one connection too many.</summary>
    private const double RefusedShare = 0.1;

    /// <summary>What was in flight falls by more than this share in a window while what a stall piled up is worked off, which counts for half.</summary>
    private const double DrainedShare = 0.05, DrainingWeight = 0.5;

    /// <summary>What is remembered of each window in which all was well for the next.</summary>
    private const double WellMemory = 0.9;

    /// <summary>A window with too few timed requests goes on for so long before they say something all the same.</summary>
    private static readonly TimeSpan LongestWindow = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly int _least = Math.Min(least, most);
    private Window _window = new(time.GetTimestamp(), 0);
    private double _limit = most;
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
                _window.Long += duration > target * StandingShare ? 1 : 0;
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
        if (isStanding || (isMuchRefused ? _window.Long : _window.Late) > LateShare * _window.Timed)
        {
            Congested(lasted, now);
        }
        else if (_window.Timed > 0 || _window.HasWaits || _inFlight == 0)
        {
            Well(lasted, now);
        }

        _peakBefore = _window.Peak;
        _window = new Window(now, _inFlight);
    }

    private void Congested(TimeSpan lasted, long now)
    {
        // A window is long where nothing at all went on: a pause of the machine says little for as long as it was.
        var isDraining = _inFlight < _window.InFlightBefore * (1 - DrainedShare);
        _congestedFor += (lasted < 2 * target ? lasted : 2 * target) * (isDraining ? DrainingWeight : 1);

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
        _limit = Math.Min(_limit, Math.Max(_least, lower));
        (_isOverloaded, _overloadedAt, _ranWell, _congestedFor) = (true, now, 0, TimeSpan.Zero);
    }

    private void Well(TimeSpan lasted, long now)
    {
        _congestedFor = lasted < _congestedFor ? _congestedFor - lasted : TimeSpan.Zero;

        // As many were in flight in one window, answered in the next, and were still in flight at its end.
        _ranWell = Math.Max(Math.Min(_peakBefore, _inFlight), _ranWell * WellMemory);
        if (_window.Refused > 0)
        {
            _overloadedAt = now;
            _limit = Math.Min(most, (_limit * Rise) + 1);
        }
        else if (_isOverloaded && time.GetElapsedTime(_overloadedAt, now) > Quiet)
        {
            // What was congested while the overload was worked off is no part of the next one.
            (_isOverloaded, _limit, _congestedFor) = (false, most, TimeSpan.Zero);
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
        public int Long;
        public bool HasWaits;
        public TimeSpan ShortestWait = TimeSpan.MaxValue;
    }
}
