namespace RecActors.Hosting;

/// <summary>Limits on grain calls, with their reasons.</summary>
internal static class GrainCallLimits
{
    /// <summary>Past it a caller learns that the outcome is unknown. Above the journal's own time limit, so that the user's grain can still say more.</summary>
    public static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Requests that may run and wait at one activation; more are refused. One hot user is the case to bound.</summary>
    public const int MaxEnqueuedRequests = 5_000;

    /// <summary>How long an idle item grain stays.</summary>
    public static readonly TimeSpan ItemCollectionAge = TimeSpan.FromMinutes(2);
}
