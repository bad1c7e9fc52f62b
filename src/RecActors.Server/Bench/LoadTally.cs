using HdrHistogram;

namespace RecActors.Bench;

/// <summary>What became of requests, and how long they took. Thread-safe.</summary>
internal sealed class LoadTally
{
    private const int Digits = 3;
    private const double MicrosecondsPerMillisecond = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly LongHistogram _microseconds = new((long)Longest.TotalMicroseconds, Digits);

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

    /// <param name="answer">What came.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="isTimed">Whether that counts.</param>
    public void Add(WireAnswer answer, TimeSpan took, bool isTimed = true)
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
                        _microseconds.RecordValue((long)Math.Clamp(took.TotalMicroseconds, 1, Longest.TotalMicroseconds));
                    }

                    break;
                case StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable:
                    Shed++;
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
                _microseconds.Add(other._microseconds);
            }
        }
    }

    /// <summary>The time within which this percentage of the answers came, in milliseconds; 0 without answers.</summary>
    public double Percentile(double percentage)
    {
        lock (_lock)
        {
            return _microseconds.TotalCount == 0 ? 0 : _microseconds.GetValueAtPercentile(percentage) / MicrosecondsPerMillisecond;
        }
    }
}
