using RecActors.Models;

namespace RecActors.Training;

/// <summary>One training run: what the bundle will be called, what it is judged against, and how to train.</summary>
public sealed record TrainingPlan
{
    /// <summary>Version of the bundle to come, from 1.</summary>
    public required long Version { get; init; }

    /// <summary>Why it is trained, for the manifest: request, schedule, volume.</summary>
    public string Reason { get; init; } = "request";

    /// <summary>The bundle that serves now, which the new one must not be worse than; null for none.</summary>
    public ModelBundle? Serving { get; init; }

    /// <summary>
    /// Index of the first validation event: from here on the set's events are asked about and never learned by the sources, which is
    /// what a data set with a validation part of its own wants. Null to slice by <see cref="TrainingOptions.SourceSlice"/> and its
    /// neighbours, and to fit the sources to everything in the end.
    /// </summary>
    public int? ValidationFrom { get; init; }

    /// <summary>
    /// True when the outcome is thrown away, and all that is wanted is that the code has run: it is not told of, and runs at the usual priority, which
    /// has it done before the first refit. A low one would hardly spare those who serve: most is compiled by a thread of the runtime's own, of the usual priority whoever runs the code.
    /// </summary>
    public bool IsRehearsal { get; init; }

    /// <summary>False when nobody is served beside it who must not wait, and somebody waits for the model: it is then trained at the usual priority.</summary>
    public bool GivesWay { get; init; } = true;

    /// <summary>How to train.</summary>
    public TrainingOptions Options { get; init; } = new();
}
