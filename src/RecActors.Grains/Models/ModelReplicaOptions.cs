using System.ComponentModel.DataAnnotations;

namespace RecActors.Models;

/// <summary>How a silo follows the version that serves.</summary>
public sealed class ModelReplicaOptions
{
    /// <summary>Where the configuration has these options.</summary>
    public const string Section = "RecActors:Models";

    /// <summary>How often the silo asks which version serves: it heals a silo that a promotion did not reach.</summary>
    /// <value>3 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a silo that starts goes on asking for the model while the storage or the registry does not answer.</summary>
    /// <value>2 minutes; past it the process ends with the reason.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a promotion waits for a silo to load and verify a version.</summary>
    /// <value>60 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PrepareTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a promotion waits until a silo has heard of it. A silo that has not asks within <see cref="PollInterval"/>.</summary>
    /// <value>5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan CommitTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Published versions that are kept, beside the one that serves and the one before it; older bundles are deleted.</summary>
    /// <value>10.</value>
    [Range(2, 10_000)]
    public int RetainedVersions { get; set; } = 10;

    /// <summary>Whether a silo without any model calls itself ready and serves from item statistics alone.</summary>
    /// <value>False: a server without a model says that it is not ready.</value>
    public bool AllowColdStart { get; set; }
}
