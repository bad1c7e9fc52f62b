using HdrHistogram;

namespace RecActors.Bench;

/// <summary>What became of requests, and how long they took. Thread-safe.</summary>
internal sealed class LoadTally
{
    private readonly Lock _lock = new();
    private readonly Durations _sinceDue = new(), _sinceSent = new(), _inServer = new(), _refusals = new();

    /// <summary>Answered with what was asked for.</summary>
    public long Answers { get; private set; }

    /// <summary>Of the answers those that say they were made with less.</summary>
    public long Degraded { get; private set; }

    /// <summary>Refused with 429 or 503: try again later.</summary>
    public long Shed { get; private set; }

    /// <summary>No answer: the connection failed or the time was up.</summary>
    public long Unanswered { get; private set; }

    /// <summary>Answered with any other status, which no request of a load should be.</summary>
    public long Errors { get; private set; }

    public long Requests => Answers + Shed + Unanswered + Errors;

    /// <summary>Counts a request.</summary>
    /// <param name="answer">What became of it.</param>
    /// <param name="took">The time from when it was due: in a closed loop, when it was sent.</param>
    /// <param name="sinceSent">The time from when the client could send it, where that is another.</param>
    /// <param name="isTimed">Whether its time counts.</param>
    public void Add(WireAnswer answer, TimeSpan took, TimeSpan? sinceSent = null, bool isTimed = true)
    {
        lock (_lock)
        {
            switch (answer.Status)
            {
                case >= 200 and < 300:
                    Answers++;
                    Degraded += answer.IsDegraded ? 1 : 0;

                    // Refusals are fast and would flatter the answers.
                    if (isTimed)
                    {
                        AddTimes(answer, took, sinceSent ?? took);
                    }

                    break;
                case StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable:
                    Shed++;
                    _refusals.Add(sinceSent ?? took);
                    break;
                case 0:
                    Unanswered++;
                    break;
                default:
                    Errors++;
                    break;
            }
        }
    }

    /// <summary>Adds another load's.</summary>
    public void Add(LoadTally other)
    {
        lock (other._lock)
        {
            lock (_lock)
            {
                (Answers, Degraded, Shed) = (Answers + other.Answers, Degraded + other.Degraded, Shed + other.Shed);
                (Unanswered, Errors) = (Unanswered + other.Unanswered, Errors + other.Errors);
                _sinceDue.Add(other._sinceDue);
                _sinceSent.Add(other._sinceSent);
                _inServer.Add(other._inServer);
                _refusals.Add(other._refusals);
            }
        }
    }

    /// <summary>The time within which this percentage of the answers came, in milliseconds; 0 without answers.</summary>
    public double Percentile(double percentage) => Of(_sinceDue, percentage);

    /// <summary>The same, without the time that requests waited in the client until they could be sent.</summary>
    public double PercentileSinceSent(double percentage) => Of(_sinceSent, percentage);

    /// <summary>The same by the server's own clock; 0 when it does not tell.</summary>
    public double PercentileInServer(double percentage) => Of(_inServer, percentage);

    /// <summary>The same of the refusals, from when their requests were sent.</summary>
    public double PercentileOfRefusals(double percentage) => Of(_refusals, percentage);

    private double Of(Durations durations, double percentage)
    {
        lock (_lock)
        {
            return durations.Percentile(percentage);
        }
    }

    private void AddTimes(WireAnswer answer, TimeSpan sinceDue, TimeSpan sinceSent)
    {
        _sinceDue.Add(sinceDue);
        _sinceSent.Add(sinceSent);
        if (answer.InServer is { } inServer)
        {
            _inServer.Add(inServer);
        }
    }

    private sealed class Durations
    {
        private const int Digits = 3;
        private const double MicrosecondsPerMillisecond = 1000;
        private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

        private readonly LongHistogram _microseconds = new((long)Longest.TotalMicroseconds, Digits);

        public void Add(TimeSpan took) => _microseconds.RecordValue((long)Math.Clamp(took.TotalMicroseconds, 1, Longest.TotalMicroseconds));

        public void Add(Durations other) => _microseconds.Add(other._microseconds);

        public double Percentile(double percentage) =>
            _microseconds.TotalCount == 0 ? 0 : _microseconds.GetValueAtPercentile(percentage) / MicrosecondsPerMillisecond;
    }
}
