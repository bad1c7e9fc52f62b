using System.ComponentModel.DataAnnotations;

namespace RecActors.Hosting;

/// <summary>What a silo may take of memory, and what gives way when it is short. What grows with the catalog is not bounded by this: it has to fit.</summary>
public sealed class MemoryOptions
{
    /// <summary>Where the configuration has these options.</summary>
    public const string Section = "RecActors:Memory";

    /// <summary>
    /// Megabytes that the process' objects may take in all; 0 for what the machine or its container has. The runtime keeps to it: past it allocations
    /// fail. What is bounded by options, the pool of solvers, the pairs of items and the counts of what is trending, may take half of it at most, or the start is refused.
    /// </summary>
    /// <value>0.</value>
    [Range(0, 1 << 24)]
    public int BudgetMegabytes { get; set; }

    /// <summary>Share of the memory that may be used, in percent, above which idle users and items are let go, the longest idle first.</summary>
    /// <value>80, above <see cref="ShedToPercent"/>.</value>
    [Range(0.0001, 100)]
    public double ShedAbovePercent { get; set; } = 80;

    /// <summary>The share down to which they are let go.</summary>
    /// <value>75.</value>
    [Range(0.0001, 100)]
    public double ShedToPercent { get; set; } = 75;

    /// <summary>How often the silo looks.</summary>
    /// <value>5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ShedInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a user without a request stays in memory. Who comes back later is read back from the journal, in a fraction of a millisecond.</summary>
    /// <value>15 minutes.</value>
    [Range(typeof(TimeSpan), "00:02:00", "7.00:00:00")]
    public TimeSpan UserIdleAge { get; set; } = TimeSpan.FromMinutes(15);
}
