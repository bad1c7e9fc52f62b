using RecActors.Requests;

namespace RecActors.Training;

/// <summary>How to refit; every part may be absent.</summary>
internal sealed record RefitBody
{
    /// <summary>Why, for the model's description.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether to promote the bundle when the gate lets it pass; true when absent.</summary>
    public bool? Promote { get; init; }

    /// <summary>Whether to publish (and promote) even when the gate refuses; false when absent.</summary>
    public bool? Force { get; init; }

    public int? Seed { get; init; }

    public RefitRequest Read(Validation validation)
    {
        validation.Comment(default, Reason, nameof(Reason));
        return new RefitRequest(string.IsNullOrEmpty(Reason) ? "request" : Reason, Promote ?? true, Force ?? false, Seed);
    }
}

/// <summary>Where a refit stands.</summary>
internal sealed record RefitStatusBody(
    string State,
    long RefitId,
    string Stage,
    double Fraction,
    DateTime? Started,
    DateTime? Ended,
    long? ModelVersion,
    string? Message,
    IReadOnlyDictionary<string, double> Metrics)
{
    public static RefitStatusBody From(RefitStatus status) => new(
        status.State.ToString(),
        status.RefitId,
        status.Stage,
        status.Fraction,
        status.StartedMs == 0 ? null : Timestamps.ToWire(status.StartedMs),
        status.EndedMs is { } ended ? Timestamps.ToWire(ended) : null,
        status.ModelVersion,
        status.Message,
        status.Metrics);
}
