namespace RecActors.Health;

/// <summary>
/// Says whether this process can serve. The composition root implements it; <c>/api/health/ready</c> asks it on every
/// probe, so it answers from what the process knows and calls nothing slow. Safe for concurrent use.
/// </summary>
public interface IServingHealth
{
    ValueTask<ServingHealth> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>Whether a process can serve, and why not.</summary>
/// <param name="Ready">Serves: storage answers, and there is a model or the cold start is explicitly allowed.</param>
/// <param name="DataStoreConnected">The journal and the catalog answer.</param>
/// <param name="ModelVersion">The version that serves, 0 for none.</param>
/// <param name="ColdStart">Serves without a model because that was asked for.</param>
/// <param name="Reason">Why it is not ready, for people; null when it is.</param>
/// <param name="Store">What keeps the journal and the catalog, for people; null when that is not known yet.</param>
public sealed record ServingHealth(
    bool Ready,
    bool DataStoreConnected,
    long ModelVersion,
    bool ColdStart = false,
    string? Reason = null,
    string? Store = null);
