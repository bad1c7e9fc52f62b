using Microsoft.Extensions.Time.Testing;

namespace RecActors.Requests;

/// <summary>
/// Processors, a queue before them and the limit of requests in flight, on simulated time in steps of a millisecond. Every request takes a processor
/// equally long; a stall stops them all. What waits for a thread is measured as the server does it: by something that queues with the requests.
/// </summary>
internal sealed class SimulatedServer(AdmissionLimit limit, FakeTimeProvider time, double answersPerMs)
{
    private const int ProbeEveryMs = 5;

    private readonly Queue<long> _queue = new();
    private double _work;
    private long _probeQueuedAt = -ProbeEveryMs;
    private int? _aheadOfProbe;

    /// <summary>Milliseconds since it began.</summary>
    public long Now { get; private set; }

    public int InFlight => _queue.Count;

    public int Refused { get; private set; }

    public int Answered { get; private set; }

    /// <summary>How long the last answered request took, in milliseconds.</summary>
    public long LastTook { get; private set; }

    /// <summary>So many requests come within a millisecond.</summary>
    /// <returns>How many of them were let in.</returns>
    public int Offer(int requests)
    {
        var entered = 0;
        for (var request = 0; request < requests; request++)
        {
            Probe();
            if (limit.TryEnter())
            {
                _queue.Enqueue(Now);
                entered++;
            }
            else
            {
                Refused++;
            }
        }

        return entered;
    }

    /// <summary>A millisecond passes.</summary>
    public void Step(bool isStalled)
    {
        time.Advance(TimeSpan.FromMilliseconds(1));
        Now++;
        for (_work += isStalled ? 0 : answersPerMs; _work >= 1 && _queue.TryDequeue(out var entered); _work--)
        {
            (LastTook, _aheadOfProbe) = (Now - entered, _aheadOfProbe - 1);
            Answered++;
            limit.Leave(TimeSpan.FromMilliseconds(LastTook));
        }

        // Nobody works ahead.
        _work = _queue.Count == 0 ? Math.Min(_work, 1) : _work;
        if (_aheadOfProbe <= 0 && !isStalled)
        {
            limit.Waited(TimeSpan.FromMilliseconds(Now - _probeQueuedAt));
            _aheadOfProbe = null;
        }
    }

    private void Probe()
    {
        if (_aheadOfProbe is null && Now - _probeQueuedAt >= ProbeEveryMs)
        {
            (_aheadOfProbe, _probeQueuedAt) = (_queue.Count, Now);
        }
    }
}
