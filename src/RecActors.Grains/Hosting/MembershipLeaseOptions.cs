using System.ComponentModel.DataAnnotations;

namespace RecActors.Hosting;

/// <summary>For how long a silo believes that it is still a member of its cluster after it has seen so.</summary>
public sealed class MembershipLeaseOptions
{
    /// <summary>Where the configuration has these options.</summary>
    public const string Section = "RecActors:MembershipLease";

    /// <summary>
    /// How long a look into the membership table counts. Past it the table is read before a user is taken over from where it was. A silo on an
    /// embedded data folder, which has no such table, never looks.
    /// </summary>
    /// <value>
    /// 1.1 seconds: before others may declare a silo dead they need three missed probes, one every 500 ms at the soonest, the last of which may go through
    /// another silo that waits for half of a first one: 1.3 s, and 4.5 s where messages count as signs of life.
    /// </value>
    [Range(typeof(TimeSpan), "00:00:00.0000001", "00:10:00")]
    public TimeSpan Duration { get; set; } = TimeSpan.FromMilliseconds(1100);

    /// <summary>How often the silo looks. A silo that others have declared dead takes users over for at most that long.</summary>
    /// <value>250 milliseconds: one small read of the table.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// After a gap longer than <see cref="Duration"/>, in which the process may have hung, looks do not count for this long: votes
    /// against the silo that were under way have reached the table by then.
    /// </summary>
    /// <value>15 seconds: longer than a hung silo takes to be declared dead.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Probation { get; set; } = TimeSpan.FromSeconds(15);
}
