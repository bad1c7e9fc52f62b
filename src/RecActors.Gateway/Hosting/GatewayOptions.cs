using System.ComponentModel.DataAnnotations;

namespace RecActors.Hosting;

/// <summary>What the gateway accepts, how it batches and how long it tries. Validated when the host starts.</summary>
public sealed class GatewayOptions
{
    /// <summary>The configuration section of these options.</summary>
    public const string Section = "RecActors:Gateway";

    /// <summary>Whether users and items that an action names are created when unknown. Off: 404 that names the index.</summary>
    /// <value>true, as Gorse does.</value>
    public bool AutoInsert { get; set; } = true;

    /// <summary>Longest user id, item id, feedback type, category or event id, in UTF-8 bytes.</summary>
    /// <value>512 bytes.</value>
    [Range(1, 4096)]
    public int MaxIdBytes { get; set; } = 512;

    /// <summary>Longest labels of a user or an item, in bytes of JSON.</summary>
    /// <value>64 KiB.</value>
    [Range(0, 16 << 20)]
    public int MaxLabelsBytes { get; set; } = 64 << 10;

    /// <summary>Longest comment, in UTF-8 bytes.</summary>
    /// <value>8 KiB.</value>
    [Range(0, 16 << 20)]
    public int MaxCommentBytes { get; set; } = 8 << 10;

    /// <summary>Most categories of an item.</summary>
    /// <value>100.</value>
    [Range(0, 10_000)]
    public int MaxCategories { get; set; } = 100;

    /// <summary>Largest request body read as one JSON value, in bytes; a larger one is answered with 413.</summary>
    /// <value>32 MiB: a batch of the largest size with ids of the largest size fits.</value>
    [Range(1024, 1 << 30)]
    public int MaxBodyBytes { get; set; } = 32 << 20;

    /// <summary>Most entries in one JSON array.</summary>
    /// <value>10,000.</value>
    [Range(1, 1_000_000)]
    public int MaxBatch { get; set; } = 10_000;

    /// <summary>Most parts of the predicates of one recommendation.</summary>
    /// <value>100.</value>
    [Range(1, 10_000)]
    public int MaxPredicateSteps { get; set; } = 100;

    /// <summary>Deepest nesting of a JSON value.</summary>
    /// <value>16 levels.</value>
    [Range(2, 64)]
    public int MaxJsonDepth { get; set; } = 16;

    /// <summary>Longest line of an NDJSON stream, in bytes. The stream itself has no limit.</summary>
    /// <value>1 MiB.</value>
    [Range(1024, 64 << 20)]
    public int MaxLineBytes { get; set; } = 1 << 20;

    /// <summary>Most lines of an NDJSON stream that are validated and committed together.</summary>
    /// <value>1,000: large enough for group commits, small enough for a client that resumes.</value>
    [Range(1, 100_000)]
    public int ChunkLines { get; set; } = 1000;

    /// <summary>A chunk of an NDJSON stream also ends after this many bytes, which bounds a connection's memory.</summary>
    /// <value>4 MiB.</value>
    [Range(1024, 256 << 20)]
    public int ChunkBytes { get; set; } = 4 << 20;

    /// <summary>How many field errors one answer lists at most.</summary>
    /// <value>20.</value>
    [Range(1, 1000)]
    public int MaxReportedErrors { get; set; } = 20;

    /// <summary>Length of a list when the request names none.</summary>
    /// <value>10, as in Gorse.</value>
    [Range(1, 10_000)]
    public int DefaultCount { get; set; } = 10;

    /// <summary>Longest list that may be asked for.</summary>
    /// <value>1,000.</value>
    [Range(1, 100_000)]
    public int MaxCount { get; set; } = 1000;

    /// <summary>Furthest offset into a list.</summary>
    /// <value>10,000.</value>
    [Range(0, 10_000_000)]
    public int MaxOffset { get; set; } = 10_000;

    /// <summary>How far in the future an action's time may lie.</summary>
    /// <value>One day, which covers clocks and time zones gone wrong.</value>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan MaxFutureSkew { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The earliest time of an action or an item.</summary>
    /// <value>1970-01-01, the Unix epoch.</value>
    public DateTimeOffset EarliestTimestamp { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>
    /// Requests in flight above which others are refused with 503, before their bodies are read; an NDJSON stream is one for as long as
    /// it lasts. Probes and metrics are answered always.
    /// </summary>
    /// <value>2,000: at 10 ms a request 200,000 a second, which no gateway answers; it bounds what a hanging cluster piles up.</value>
    [Range(1, 1_000_000)]
    public int MaxConcurrentRequests { get; set; } = 2_000;

    /// <summary>Whether answers have a header Server-Timing with the milliseconds from the request's head to the answer's.</summary>
    /// <value>false: it is for measuring.</value>
    public bool ServerTiming { get; set; }

    /// <summary>
    /// How long a recommendation may take. Where for <see cref="OverloadAfter"/> more than a quarter of those that do not come from memory take longer, or
    /// everything waits as long for a thread, fewer requests may be in flight; zero for no such rule.
    /// </summary>
    /// <value>50 ms: two to three times what one in a hundred takes on a silo that keeps up.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan LatencyTarget { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long requests have to be late before fewer are let in: a pause of the machine or of its disk has an end, and what piled up is answered.</summary>
    /// <value>500 ms: what a pause of some 300 ms piles up at half the most that a silo answers is worked off by then.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan OverloadAfter { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>So many requests may be in flight however long they take.</summary>
    /// <value>64: what two processors answer in some 20 ms; a store that is slow or a silo that was lost refuses nobody at the usual rates.</value>
    [Range(1, 1_000_000)]
    public int MinConcurrentRequests { get; set; } = 64;

    /// <summary>How many grains one request calls at a time. Users who live in this process are handed actions without a call, up to 1,024 at a time.</summary>
    /// <value>64.</value>
    [Range(1, 4096)]
    public int MaxConcurrentCalls { get; set; } = 64;

    /// <summary>How long a request (of an NDJSON stream: a chunk) is tried before it is answered with 503.</summary>
    /// <value>10 s: longer than a silo's failover.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one attempt at a grain call may take before the next one starts.</summary>
    /// <value>1 s: calls in flight to a killed silo hang until then, and it takes about as long until another silo owns its users.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a promotion, a roll back or the start of a refit may take.</summary>
    /// <value>2 minutes: every silo loads and verifies a bundle.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan AdministrationDeadline { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a call is tried again after a transient failure, within the deadline.</summary>
    /// <value>50 times: the deadline ends it before.</value>
    [Range(0, 1000)]
    public int MaxRetries { get; set; } = 50;

    /// <summary>Median pause before the first retry; it doubles from one to the next, with jitter.</summary>
    /// <value>50 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause before a retry.</summary>
    /// <value>300 ms: how much later than the cluster a request notices that a dead silo's users have found another.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// Retries after an attempt that hung, as a share of the requests of the time before. Beyond it a request goes on waiting for its
    /// last attempt: a cluster that is only slow must not get its load several times over.
    /// </summary>
    /// <value>0.2.</value>
    [Range(0.0, 10.0)]
    public double HungRetryShare { get; set; } = 0.2;

    /// <summary>Retries after hung attempts that are always allowed: as many as requests may be in flight to a silo that dies.</summary>
    /// <value>1,000.</value>
    [Range(0, 1_000_000)]
    public int HungRetryReserve { get; set; } = 1000;

    /// <summary>The pause that a 503 asks the client for.</summary>
    /// <value>1 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);
}
