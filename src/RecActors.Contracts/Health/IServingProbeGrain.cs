namespace RecActors.Health;

/// <summary>
/// Tells a process without a silo whether the cluster serves. A stateless worker of every serving silo; any key does, and
/// different keys ask through different silos.
/// </summary>
[Alias("recactors.serving-probe"), GrainInterfaceType("recactors.serving-probe")]
public interface IServingProbeGrain : IGrainWithIntegerKey
{
    /// <summary>What the answering silo has. Answers from memory.</summary>
    [Alias("probe")]
    Task<SiloServing> ProbeAsync(CancellationToken cancellationToken = default);
}

/// <summary>What a silo serves with.</summary>
/// <param name="Serves">It has started and is not stopping, and has catalog, statistics, and a model or the permission to do without.</param>
/// <param name="ModelVersion">The model version that serves, 0 for none.</param>
/// <param name="ColdStart">It serves without a model because that was asked for.</param>
/// <param name="Reason">Why it does not serve, for people; null when it does.</param>
[GenerateSerializer, Immutable, Alias("recactors.silo-serving")]
public sealed record SiloServing(
    [property: Id(0)] bool Serves,
    [property: Id(1)] long ModelVersion,
    [property: Id(2)] bool ColdStart,
    [property: Id(3)] string? Reason);
