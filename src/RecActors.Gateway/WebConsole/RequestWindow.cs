using Microsoft.AspNetCore.Http;
using RecActors.Requests;

namespace RecActors.WebConsole;

/// <summary>What this process has answered in the last minute, for people who watch; Prometheus has its own. Thread-safe.</summary>
internal sealed class RequestWindow(TimeProvider time)
{
    private const int Seconds = 60;

    private readonly Slot[] _slots = [.. Enumerable.Range(0, Seconds + 1).Select(_ => new Slot())];
    private readonly Lock _gate = new();

    public void Add(int status, bool isFeedback, TimeSpan took)
    {
        lock (_gate)
        {
            SlotOf(NowSeconds()).Add(status, isFeedback, took);
        }
    }

    /// <summary>Over the last whole seconds; this one is still filling.</summary>
    public TrafficBody Read()
    {
        var sum = new Slot();
        lock (_gate)
        {
            var now = NowSeconds();
            for (var second = Math.Max(0, now - Seconds); second < now; second++)
            {
                sum.Add(SlotOf(second));
            }

            var last = now == 0 ? 0 : SlotOf(now - 1).Requests.Count;
            return new TrafficBody(
                last,
                sum.Requests.Count / (double)Seconds,
                sum.Requests.QuantileMs(.5),
                sum.Requests.QuantileMs(.95),
                sum.Requests.QuantileMs(.99),
                sum.Feedback.Count / (double)Seconds,
                sum.Feedback.QuantileMs(.99),
                new SortedDictionary<int, int>(sum.Refused));
        }
    }

    private long NowSeconds() => time.GetTimestamp() / time.TimestampFrequency;

    private Slot SlotOf(long second)
    {
        var slot = _slots[second % _slots.Length];
        slot.BeAt(second);
        return slot;
    }

    private sealed class Slot
    {
        private long _second = -1;

        public DurationCounts Requests { get; } = new();

        public DurationCounts Feedback { get; } = new();

        public Dictionary<int, int> Refused { get; } = [];

        public void BeAt(long second)
        {
            if (_second != second)
            {
                _second = second;
                Requests.Clear();
                Feedback.Clear();
                Refused.Clear();
            }
        }

        public void Add(int status, bool isFeedback, TimeSpan took)
        {
            Requests.Add(took);
            if (isFeedback && status < StatusCodes.Status400BadRequest)
            {
                Feedback.Add(took);
            }

            if (status >= StatusCodes.Status400BadRequest)
            {
                Refused[status] = Refused.GetValueOrDefault(status) + 1;
            }
        }

        public void Add(Slot other)
        {
            Requests.Add(other.Requests);
            Feedback.Add(other.Feedback);
            foreach (var (status, count) in other.Refused)
            {
                Refused[status] = Refused.GetValueOrDefault(status) + count;
            }
        }
    }

    /// <summary>Durations in buckets that grow by a tenth: a quantile is off by at most that.</summary>
    private sealed class DurationCounts
    {
        private const double FirstMs = .05;
        private const double Growth = 1.1;

        private readonly int[] _counts = new int[160];

        public int Count { get; private set; }

        public void Clear()
        {
            Array.Clear(_counts);
            Count = 0;
        }

        public void Add(TimeSpan took)
        {
            _counts[Math.Clamp((int)Math.Ceiling(Math.Log(Math.Max(took.TotalMilliseconds, FirstMs) / FirstMs, Growth)), 0, _counts.Length - 1)]++;
            Count++;
        }

        public void Add(DurationCounts other)
        {
            for (var bucket = 0; bucket < _counts.Length; bucket++)
            {
                _counts[bucket] += other._counts[bucket];
            }

            Count += other.Count;
        }

        public double? QuantileMs(double share)
        {
            var below = 0;
            for (var bucket = 0; bucket < _counts.Length && Count > 0; bucket++)
            {
                below += _counts[bucket];
                if (below >= share * Count)
                {
                    return FirstMs * Math.Pow(Growth, bucket);
                }
            }

            return null;
        }
    }
}

/// <summary>Tells <see cref="RequestWindow"/> of every request to the API, but for probes and what the console itself asks.</summary>
internal sealed class RequestWindowMiddleware(RequestDelegate next, RequestWindow window, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (!BoundedPaths.Contain(path) || path.StartsWithSegments(ConsoleApi.Prefix, StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }

        var started = time.GetTimestamp();
        await next(context);
        window.Add(context.Response.StatusCode, path.StartsWithSegments("/api/feedback", StringComparison.OrdinalIgnoreCase) && !HttpMethods.IsGet(context.Request.Method), time.GetElapsedTime(started));
    }
}
