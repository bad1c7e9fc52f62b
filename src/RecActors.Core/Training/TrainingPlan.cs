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

    /// <summary>How to train.</summary>
    public TrainingOptions Options { get; init; } = new();
}
