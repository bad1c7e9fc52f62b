using System.ComponentModel.DataAnnotations;

namespace RecActors.Shutdown;

/// <summary>How a process takes its leave. Validated when the host starts.</summary>
internal sealed class ShutdownOptions
{
    /// <summary>The configuration section of these options.</summary>
    public const string Section = "RecActors:Shutdown";

    /// <summary>
    /// How long a gateway goes on serving after it has become unready, so that load balancers learn it before it stops listening.
    /// Longer than their probes take to notice.
    /// </summary>
    /// <value>null: 5 s in a cluster, none on a data folder, where no other process could take over.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan? DrainDelay { get; set; }

    /// <summary>The longest that a stop may take from the first signal on, the drain delay included; then the process just ends, and loses nothing that was acknowledged.</summary>
    /// <value>60 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);
}
