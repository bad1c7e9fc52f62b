using System.ComponentModel.DataAnnotations;

namespace RecActors.Anonymous;

/// <summary>Which users are anonymous sessions, and after how long without an action they are erased.</summary>
public sealed class AnonymousOptions
{
    /// <summary>Where the configuration has these options.</summary>
    public const string Section = "RecActors:Anonymous";

    /// <summary>How the ids of anonymous sessions begin, such as <c>anon-</c>; empty: no user is one.</summary>
    /// <value>Empty.</value>
    [MaxLength(256)]
    public string Prefix { get; set; } = "";

    /// <summary>How long after its last action, by the action's own time, an anonymous session is erased; one without any, after its profile was written.</summary>
    /// <value>30 days.</value>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Whether what still arrives of an erased session is refused, as it is of users who are erased by request.</summary>
    /// <value>False: a visitor who comes back begins anew.</value>
    public bool Refuse { get; set; }

    /// <summary>Time between two runs.</summary>
    /// <value>5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Most users whose ids a run looks at; the next one goes on after them.</summary>
    /// <value>100,000.</value>
    [Range(1, 100_000_000)]
    public int UsersPerRun { get; set; } = 100_000;

    /// <summary>Most sessions that a run erases.</summary>
    /// <value>1,000.</value>
    [Range(1, 1_000_000)]
    public int ErasedPerRun { get; set; } = 1_000;

    /// <summary>True when the user is an anonymous session.</summary>
    internal bool Includes(string userId) => Prefix.Length > 0 && userId.StartsWith(Prefix, StringComparison.Ordinal);
}
