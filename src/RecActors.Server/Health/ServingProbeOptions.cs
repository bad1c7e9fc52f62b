using System.ComponentModel.DataAnnotations;

namespace RecActors.Health;

/// <summary>How a process without serving grains of its own learns whether the cluster serves. Validated when the host starts.</summary>
internal sealed class ServingProbeOptions
{
    /// <summary>The configuration section of these options.</summary>
    public const string Section = "RecActors:ServingProbe";

    /// <summary>How often silos are asked.</summary>
    /// <value>1 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer may take.</summary>
    /// <value>1 s: it comes from memory.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many silos are asked at a time; one good answer is enough.</summary>
    /// <value>2: one may hang.</value>
    [Range(1, 64)]
    public int Silos { get; set; } = 2;

    /// <summary>The process becomes unready when no silo has said for this long that it serves.</summary>
    /// <value>5 s: longer than the failover from a killed silo.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan Tolerance { get; set; } = TimeSpan.FromSeconds(5);
}
