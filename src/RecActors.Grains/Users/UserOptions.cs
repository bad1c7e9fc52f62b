using System.ComponentModel.DataAnnotations;

namespace RecActors.Users;

/// <summary>How user grains take actions and answer.</summary>
public sealed class UserOptions
{
    /// <summary>Where the configuration has these options.</summary>
    public const string Section = "RecActors:Users";

    /// <summary>Actions of one user that may wait for their append; above it a batch is refused as overload.</summary>
    /// <value>20,000: two batches of 10,000, about 2 MB.</value>
    [Range(1, 1_000_000)]
    public int MaxWaitingActions { get; set; } = 20_000;

    /// <summary>
    /// Actions in one append; waiting batches are joined up to it. A single larger batch is appended whole, except that 1 makes every action an
    /// append of its own, so that no batch is atomic: what joining is measured against.
    /// </summary>
    /// <value>1,000: past it the journal's group commit gains nothing.</value>
    [Range(1, 100_000)]
    public int MaxActionsPerAppend { get; set; } = 1_000;

    /// <summary>How long the journal may take before an append counts as unanswered.</summary>
    /// <value>10 seconds, below the response timeout of grain calls, so that the caller learns of it.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan JournalTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a question waits for the journal, which a silo of a cluster asks first whether it still owns the user. Past it the user is
    /// answered from memory, marked as possibly stale.
    /// </summary>
    /// <value>500 milliseconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ConfirmationTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>While the journal does not answer: time between the questions that wait for it; the others do not.</summary>
    /// <value>1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan JournalRetryPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Event ids per user that are surely remembered; up to twice as many are. They cover 24 hours of a user with fewer actions
    /// than this a day; 100,000 a day is more than one a second.
    /// </summary>
    /// <value>100,000.</value>
    [Range(100, 10_000_000)]
    public int RememberedEvents { get; set; } = 100_000;

    /// <summary>
    /// How long an erased user's actions and profile are refused: as long as something may still deliver old ones. Zero refuses nobody,
    /// as Gorse does.
    /// </summary>
    /// <value>30 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan RefuseErasedFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Whether an item that an action names first is created with defaults.</summary>
    /// <value>True.</value>
    public bool InsertUnknownItems { get; set; } = true;

    /// <summary>Unknown items of one batch that are created at the same time.</summary>
    /// <value>16.</value>
    [Range(1, 256)]
    public int MaxConcurrentItemInserts { get; set; } = 16;

    /// <summary>Users of a silo whose solver matrices are kept; the others' are rebuilt from the history when they ask.</summary>
    /// <value>2,000: at 64 dimensions and two decays, about 70 MB.</value>
    [Range(1, 1_000_000)]
    public int PooledFoldIns { get; set; } = 2_000;

    /// <summary>
    /// How long an answer may be given again while neither the user, the model nor the catalog has changed but other users
    /// have acted.
    /// </summary>
    /// <value>1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan AnswerReuse { get; set; } = TimeSpan.FromSeconds(1);
}
