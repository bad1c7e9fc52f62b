namespace RecActors.Training;

/// <summary>The one trainer of the cluster; key 0. Runs on silos with the role <c>train</c>; the work is off the grain's turns.</summary>
[Alias("recactors.trainer"), GrainInterfaceType("recactors.trainer")]
public interface ITrainerGrain : IGrainWithIntegerKey
{
    /// <summary>Starts a refit, unless one is running; returns its status either way.</summary>
    [Alias("start")]
    Task<RefitStatus> StartAsync(RefitRequest request, CancellationToken cancellationToken = default);

    /// <summary>The running refit, or the last one; <see cref="RefitState.Idle"/> before the first.</summary>
    [Alias("status")]
    Task<RefitStatus> GetStatusAsync(CancellationToken cancellationToken = default);

    /// <summary>Asks the running refit to stop; returns its status.</summary>
    [Alias("cancel")]
    Task<RefitStatus> CancelAsync(CancellationToken cancellationToken = default);
}

/// <summary>How to refit.</summary>
/// <param name="Reason">Why, for the bundle's manifest: request, schedule, volume.</param>
/// <param name="Promote">Whether to promote the bundle when the gate lets it pass.</param>
/// <param name="Force">Whether to publish (and promote) even when the gate refuses.</param>
/// <param name="Seed">Seed of everything random; null for the configured one.</param>
[GenerateSerializer, Immutable, Alias("recactors.refit-request")]
public sealed record RefitRequest(
    [property: Id(0)] string Reason = "request",
    [property: Id(1)] bool Promote = true,
    [property: Id(2)] bool Force = false,
    [property: Id(3)] int? Seed = null);

/// <summary>Where a refit stands.</summary>
[GenerateSerializer, Alias("recactors.refit-state")]
public enum RefitState
{
    Idle = 0,
    Running = 1,
    Completed = 2,
    Refused = 3,
    Cancelled = 4,
    Failed = 5,
}

/// <summary>A refit's progress and outcome.</summary>
[GenerateSerializer, Immutable, Alias("recactors.refit-status")]
public sealed record RefitStatus
{
    [Id(0)]
    public RefitState State { get; init; }

    /// <summary>Number of the refit, from 1.</summary>
    [Id(1)]
    public long RefitId { get; init; }

    /// <summary>What is being done now, for people.</summary>
    [Id(2)]
    public string Stage { get; init; } = "";

    /// <summary>Done, in [0, 1].</summary>
    [Id(3)]
    public double Fraction { get; init; }

    [Id(4)]
    public long StartedMs { get; init; }

    [Id(5)]
    public long? EndedMs { get; init; }

    /// <summary>The version published, when it was.</summary>
    [Id(6)]
    public long? ModelVersion { get; init; }

    /// <summary>Why it was refused or failed, for people.</summary>
    [Id(7)]
    public string? Message { get; init; }

    /// <summary>Held-out metrics by name, when measured.</summary>
    [Id(8)]
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}
