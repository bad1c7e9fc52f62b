using System.ComponentModel.DataAnnotations;

namespace RecActors.Redis;

/// <summary>How the storage in Redis behaves. Every process of an installation has the same.</summary>
public sealed class RedisStorageOptions
{
    /// <summary>The configuration section of these options.</summary>
    public const string Section = "RecActors:Redis";

    /// <summary>
    /// Where Redis is, in StackExchange.Redis' syntax: <c>host:6379,user=…,password=…,ssl=true</c>. Several endpoints for a Redis
    /// Cluster; <c>serviceName=…</c> and the sentinels' endpoints for a primary that Sentinel names.
    /// </summary>
    [Required(AllowEmptyStrings = false)]
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// A PEM file with the certificate authorities, one or more, whose certificates are trusted with <c>ssl=true</c>, instead of the
    /// system's.
    /// </summary>
    public string? CertificateAuthorityFile { get; set; }

    /// <summary>What all keys begin with, so that several installations may share a Redis.</summary>
    /// <value>recactors.</value>
    [Required]
    [RegularExpression("[A-Za-z0-9_-]{1,40}")]
    public string KeyPrefix { get; set; } = "recactors";

    /// <summary>
    /// The Orleans service whose grain state and membership are in the same Redis: to it belongs one <see cref="KeyPrefix"/>, and to that one
    /// service. Redis remembers both, and others are refused. The host sets it; without one nothing is compared.
    /// </summary>
    public string? ServiceId { get; set; }

    /// <summary>
    /// Into how many partitions users are hashed; a partition is one slot of a Redis Cluster. Chosen when the installation is made:
    /// Redis remembers it, and a different value is refused.
    /// </summary>
    /// <value>256: evenly spread over up to some dozens of shards.</value>
    [Range(1, 4096)]
    public int Partitions { get; set; } = 256;

    /// <summary>How long Redis may take for one operation before its outcome counts as unknown.</summary>
    /// <value>3 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a starting process tries to reach a Redis that takes writes: it may be away, failing over or full.</summary>
    /// <value>5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Replicas that must have a group of appends before it is acknowledged (<c>WAIT</c>); 0 asks none.</summary>
    /// <value>0.</value>
    [Range(0, 16)]
    public int ReplicasToWaitFor { get; set; }

    /// <summary>How long to wait for those replicas. After it the outcome counts as unknown.</summary>
    /// <value>1 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ReplicaTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The most appends that one script call writes: it bounds how long Redis is busy with it.</summary>
    /// <value>1,000: some milliseconds.</value>
    [Range(1, 10_000)]
    public int MaxGroupWrites { get; set; } = 1000;

    /// <summary>The most bytes that one script call writes, but for a single append above it.</summary>
    /// <value>1 MiB.</value>
    [Range(1024, 256 << 20)]
    public int MaxGroupBytes { get; set; } = 1 << 20;

    /// <summary>For how long a user who was asked about and never acted stays known to Redis.</summary>
    /// <value>One day.</value>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan UnusedOwnerLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Entries that a range read gathers and sorts at a time: bounds its memory (about 80 bytes each).</summary>
    /// <value>4,194,304. A range read goes through the journals once per this many entries.</value>
    [Range(1, 100_000_000)]
    public int RangeWindowEntries { get; set; } = 1 << 22;

    /// <summary>How often one process of the installation brings the index of feedback by item up to date, once somebody has asked for it.</summary>
    /// <value>30 s: so much is left for the next question to enter.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan IndexPeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A folder that all processes share, for the bundles. Without one they are in Redis.</summary>
    public string? BundleFolder { get; set; }
}
