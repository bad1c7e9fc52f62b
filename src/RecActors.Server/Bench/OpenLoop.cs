using System.Net;

namespace RecActors.Bench;

/// <summary>
/// Requests at random moments of a fixed rate (a Poisson process), whether or not the ones before have been answered, as a site's many
/// visitors send them. The time of a request counts from the moment it was due, also when it had to wait for a free connection: a
/// server that hangs is not asked less for it, and each of the requests that waited meanwhile counts with its whole wait.
/// </summary>
internal sealed class OpenLoop(EndPoint server, Func<int, IRequestScript> scriptOf, OpenLoopLimits limits, TimeProvider time) : IDisposable
{
    /// <summary>How often due requests are sent; what it adds to their times is part of them.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly EndPoint _server = server;
    private readonly OpenLoopLimits _limits = limits;
    private readonly TimeProvider _time = time;
    private readonly Lock _lock = new();
    private readonly List<Lane> _lanes = [];
    private readonly Stack<Lane> _idle = new();
    private readonly Queue<long> _waiting = new();
    private readonly Random _random = new(1);
    private LoadTally _tally = new();

    /// <summary>What the last run has so far.</summary>
    public LoadTally Tally => Volatile.Read(ref _tally);

    /// <summary>Sends at a rate for a while; returns when all is answered or given up. Connections are kept for the next run.</summary>
    /// <param name="perSecond">Requests a second.</param>
    /// <param name="length">For how long.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<LoadTally> RunAsync(double perSecond, TimeSpan length, CancellationToken cancellationToken)
    {
        _tally = new LoadTally();
        using var ticks = new PeriodicTimer(Tick, _time);
        var started = _time.GetTimestamp();
        var end = started + (long)(length.TotalSeconds * _time.TimestampFrequency);
        var due = started + Pause(perSecond);
        while (due < end)
        {
            await ticks.WaitForNextTickAsync(cancellationToken);
            for (var now = _time.GetTimestamp(); due <= now && due < end; due += Pause(perSecond))
            {
                Send(due);
            }
        }

        await Task.WhenAll(_lanes.Select(lane => lane.Working));
        return _tally;
    }

    public void Dispose()
    {
        foreach (var lane in _lanes)
        {
            lane.Dispose();
        }
    }

    private long Pause(double perSecond) => (long)(-Math.Log(1 - _random.NextDouble()) / perSecond * _time.TimestampFrequency);

    private void Send(long due)
    {
        Lane? lane;
        lock (_lock)
        {
            if (!_idle.TryPop(out lane))
            {
                if (_lanes.Count == _limits.Connections)
                {
                    _waiting.Enqueue(due);
                    return;
                }

                lane = new Lane(this, scriptOf(_lanes.Count));
                _lanes.Add(lane);
            }
        }

        lane.Start(due);
    }

    /// <summary>What a lane does next: the request that waits longest, or nothing.</summary>
    private bool TryTakeWaiting(Lane lane, out long due)
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out due))
            {
                return true;
            }

            _idle.Push(lane);
            return false;
        }
    }

    /// <summary>A connection and what it asks.</summary>
    private sealed class Lane(OpenLoop loop, IRequestScript script) : IDisposable
    {
        private readonly HttpWire _wire = new(loop._server);
        private CancellationTokenSource _patience = new();

        public Task Working { get; private set; } = Task.CompletedTask;

        public void Start(long due) => Working = Task.Run(() => WorkAsync(due));

        public void Dispose()
        {
            _patience.Dispose();
            _wire.Dispose();
        }

        private async Task WorkAsync(long due)
        {
            do
            {
                var sent = loop._time.GetTimestamp();
                _patience.CancelAfter(loop._limits.Patience);
                var answer = await _wire.ExchangeAsync(script.Next(), _patience.Token);
                var answered = loop._time.GetTimestamp();
                loop._tally.Add(answer, loop._time.GetElapsedTime(due, answered), loop._time.GetElapsedTime(sent, answered), script.IsTimed);
                script.Answered(answer);
                if (!_patience.TryReset())
                {
                    _patience.Dispose();
                    _patience = new CancellationTokenSource();
                }
            }
            while (loop.TryTakeWaiting(this, out due));
        }
    }
}

/// <summary>What an open loop does not exceed.</summary>
/// <param name="Connections">Connections that it opens, each when the others are busy.</param>
/// <param name="Patience">How long it waits for one answer.</param>
internal sealed record OpenLoopLimits(int Connections, TimeSpan Patience)
{
    /// <summary>More connections than a server that keeps up has requests in flight, and more patience than it needs.</summary>
    public static OpenLoopLimits Usual { get; } = new(1000, TimeSpan.FromSeconds(10));
}
