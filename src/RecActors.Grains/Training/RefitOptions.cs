using System.ComponentModel.DataAnnotations;

namespace RecActors.Training;

/// <summary>When the model is refitted without being asked to.</summary>
public sealed class RefitOptions
{
    /// <summary>Where the configuration has these options.</summary>
    public const string Section = "RecActors:Refit";

    /// <summary>Time between scheduled refits; zero for none. A refit is skipped when no action is new.</summary>
    /// <value>24 hours.</value>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(24);

    /// <summary>New actions that start a refit; 0 for none.</summary>
    /// <value>100,000.</value>
    [Range(0, long.MaxValue)]
    public long NewActions { get; set; } = 100_000;

    /// <summary>Least time between refits that the volume of new actions starts.</summary>
    /// <value>10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan MinimumInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often the trainer looks whether a refit is due. Silos with the role wake the trainer in the same rhythm, and a reminder does every minute or less often, wherever the trainer is.</summary>
    /// <value>30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "1.00:00:00")]
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Actions below which a refit that nobody asked for does not start.</summary>
    /// <value>1,000: less than that trains nothing worth serving.</value>
    [Range(1, long.MaxValue)]
    public long MinimumActions { get; set; } = 1_000;

    /// <summary>How often a refit is started again that was lost with its silo; a refit that brings its silo down must not bring down the next for ever.</summary>
    /// <value>3.</value>
    [Range(0, 100)]
    public int MaxRestarts { get; set; } = 3;

    /// <summary>
    /// Whether a silo with the role train runs a refit's code once over made-up actions, as soon as it has started: else a process' first refit has it compiled, and
    /// libtorch loaded, beside many more who are served. It takes a second or two and the memory of libtorch, writes nothing into the stores, and leaves no model.
    /// </summary>
    /// <value>True.</value>
    public bool Rehearse { get; set; } = true;

    /// <summary>
    /// Whether refits are trained in what time the processors have left beside all else. False where somebody waits for the model and nobody is served beside it who must not wait, as in
    /// <c>recactors demo</c>: beside other work that wants all of the processors training hardly gets on otherwise.
    /// </summary>
    /// <value>True.</value>
    public bool GiveWay { get; set; } = true;

    /// <summary>
    /// How often a refit reads and trains anew since users were erased or deleted while it ran. When that happens in the last round, too,
    /// its model is published all the same, and the next refit is the first one without them.
    /// </summary>
    /// <value>3.</value>
    [Range(0, 100)]
    public int MaxErasureRounds { get; set; } = 3;
}
