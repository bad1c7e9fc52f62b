using System.ComponentModel.DataAnnotations;

namespace RecActors.Clients;

/// <summary>How long a client tries. Validated when the host starts.</summary>
public sealed class RecActorsClientOptions
{
    /// <summary>Where the configuration has these options.</summary>
    public const string Section = "RecActors:Client";

    /// <summary>How long a call is tried before it fails.</summary>
    /// <value>10 s: longer than a silo's failover.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a call is tried again after a transient failure, within the deadline.</summary>
    /// <value>50 times: the deadline ends it before.</value>
    [Range(0, 1000)]
    public int MaxRetries { get; set; } = 50;

    /// <summary>Median pause before the first retry; it doubles from one to the next, with jitter.</summary>
    /// <value>50 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause before a retry.</summary>
    /// <value>300 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMilliseconds(300);
}
