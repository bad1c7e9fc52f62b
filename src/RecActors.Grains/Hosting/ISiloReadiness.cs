namespace RecActors.Hosting;

/// <summary>Whether this silo can answer truthfully. Thread-safe; registered as a singleton.</summary>
public interface ISiloReadiness
{
    /// <summary>What is there now, and what is missing.</summary>
    ReadinessReport Report();

    /// <summary>Completes when the silo has become ready for the first time; fails when it cannot.</summary>
    Task WaitUntilStartedAsync(CancellationToken cancellationToken);
}

/// <summary>What a silo needs before it answers.</summary>
/// <param name="CatalogComplete">The replica has every item that the store held when the silo started.</param>
/// <param name="CatalogLag">How long the replica has been behind the store; zero when it is not.</param>
/// <param name="StatisticsComplete">The item statistics contain every action that was durable when the silo started.</param>
/// <param name="ModelVersion">The model version that serves, 0 for none.</param>
/// <param name="ColdStart">There is no model yet and the silo serves from item statistics alone, as configured.</param>
/// <param name="HasStarted">The silo has begun to answer.</param>
/// <param name="Stopping">The silo is going away.</param>
/// <param name="Missing">What keeps the silo from being ready, for people; empty when it is.</param>
public sealed record ReadinessReport(
    bool CatalogComplete,
    TimeSpan CatalogLag,
    bool StatisticsComplete,
    long ModelVersion,
    bool ColdStart,
    bool HasStarted,
    bool Stopping,
    IReadOnlyList<string> Missing)
{
    /// <summary>True when nothing is missing.</summary>
    public bool IsReady => Missing.Count == 0;

    /// <summary>
    /// True when nothing but the newest changes of the catalog may be missing. They are missing in every silo when the store is slow or
    /// away: no reason for all of them to stop answering.
    /// </summary>
    public bool CanAnswer =>
        HasStarted && !Stopping && !StorageLost && CatalogComplete && StatisticsComplete && ShardsAnswered && (ModelVersion > 0 || ColdStart);

    /// <summary>Every shard of the item vectors has answered since the silo started; true where the silo has all vectors.</summary>
    public bool ShardsAnswered { get; init; } = true;

    /// <summary>False while the catalog's store does not answer: every silo lags then.</summary>
    public bool CatalogAnswered { get; init; } = true;

    /// <summary>A store knows less than this silo has read from it: the process ends.</summary>
    public bool StorageLost { get; init; }
}
