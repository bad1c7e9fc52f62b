using System.ComponentModel.DataAnnotations;

namespace RecActors.Streams;

/// <summary>Feedback from a Redis Stream, beside that by HTTP. Without <see cref="ConnectionString"/> there is none.</summary>
public sealed class StreamOptions : IValidatableObject
{
    /// <summary>The configuration section of these options.</summary>
    public const string Section = "RecActors:Streams";

    /// <summary>Where the stream is, in StackExchange.Redis' syntax; it may be the Redis of the data. Redis 6.2 or newer.</summary>
    /// <value>Null: no stream is read.</value>
    public string? ConnectionString { get; set; }

    /// <summary>The stream's key, of which event ids are made: at most 200 characters, none of them a slash or a control character.</summary>
    /// <value>recactors:feedback.</value>
    [Required, StringLength(200), RegularExpression(@"[^/\p{Cc}]+")]
    public string Key { get; set; } = "recactors:feedback";

    /// <summary>
    /// Where entries go that no repetition can make valid, with the reason. In a Redis Cluster it must have the hash tag of <see cref="Key"/>.
    /// </summary>
    /// <value>recactors:feedback:dead.</value>
    [Required]
    public string DeadLetterKey { get; set; } = "recactors:feedback:dead";

    /// <summary>About how many dead letters are kept.</summary>
    /// <value>100,000.</value>
    [Range(1, 100_000_000)]
    public int MaxDeadLetters { get; set; } = 100_000;

    /// <summary>The consumer group; made at the beginning of the stream where it is missing. Gateways of one installation name the same.</summary>
    /// <value>recactors.</value>
    [Required]
    public string Group { get; set; } = "recactors";

    /// <summary>Entries that are taken, written and acknowledged at a time: no more are in memory, however far behind the group is.</summary>
    /// <value>500.</value>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 500;

    /// <summary>How often the stream is asked while it has nothing new.</summary>
    /// <value>100 milliseconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long another consumer may hold an entry before it counts as lost and the entry is taken over.</summary>
    /// <value>1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan TakeOverAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait before what failed is tried again.</summary>
    /// <value>1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Key == DeadLetterKey)
        {
            yield return new($"{nameof(DeadLetterKey)} must differ from {nameof(Key)}: dead letters would be read again.", [nameof(DeadLetterKey)]);
        }
    }
}
