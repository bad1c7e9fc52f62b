using System.ComponentModel.DataAnnotations;

namespace RecActors.Cluster;

/// <summary>
/// How soon the cluster notices that a silo is gone. The values were measured with real processes that were killed, stopped and
/// starved of CPU: docs/decisions/membership-tuning.md. Validated when the host starts; every process of a cluster has the same.
/// </summary>
internal sealed class MembershipTuning : IValidatableObject
{
    /// <summary>The configuration section of these options.</summary>
    public const string Section = "RecActors:Membership";

    /// <summary>How often a silo probes another, and how long it waits for the answer, before it knows the peer's pace.</summary>
    /// <value>600 ms: a killed silo refuses the third probe within 1.8 s. A shorter one needs a shorter <see cref="MinProbeTimeout"/> and <c>RecActors:MembershipLease:Duration</c>.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromMilliseconds(600);

    /// <summary>The shortest that a probe may wait, and the shortest time from one to the next, however fast the peer has been.</summary>
    /// <value>500 ms. Orleans' own, half of <see cref="ProbeTimeout"/>, could have a silo declared dead that stands still for .9 s, sooner than its lease ends.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan MinProbeTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest that a probe may wait, however slow the peer has been. It bounds how long a hung silo goes unnoticed.</summary>
    /// <value>1.5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan MaxProbeTimeout { get; set; } = TimeSpan.FromMilliseconds(1500);

    /// <summary>Probes in a row that a silo misses before another votes against it.</summary>
    /// <value>3: a pause of the garbage collector costs one.</value>
    [Range(1, 100)]
    public int MissedProbes { get; set; } = 3;

    /// <summary>Votes that declare a silo dead, as far as there are so many silos.</summary>
    /// <value>2: one silo that cannot be reached from another is not dead.</value>
    [Range(1, 100)]
    public int Votes { get; set; } = 2;

    /// <summary>Whether messages of the last probes' time count as a sign of life. Saves silos under load from a false death.</summary>
    /// <value>true.</value>
    public bool MessagesAreSignsOfLife { get; set; } = true;

    /// <summary>How often a silo writes into the membership table that it lives. After three times as long a cluster that died as a whole may start again.</summary>
    /// <value>5 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often silos read the membership table, beside the news that they send each other: the longest that one which missed the news goes on calling the dead.</summary>
    /// <value>1 s: one small read.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan TableRefresh { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a gateway process reads which silos it may connect to; requests through a hung one end then.</summary>
    /// <value>1 s: one small read.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan ClientRefresh { get; set; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MinProbeTimeout > ProbeTimeout || ProbeTimeout > MaxProbeTimeout)
        {
            yield return new ValidationResult(
                $"{Section}:{nameof(ProbeTimeout)} is {ProbeTimeout}, and must be between {nameof(MinProbeTimeout)}, {MinProbeTimeout}, and {nameof(MaxProbeTimeout)}, {MaxProbeTimeout}.",
                [nameof(ProbeTimeout)]);
        }
    }
}
