using Orleans.Runtime.Messaging;
using Orleans.Storage;
using RecActors.Failures;

namespace RecActors.Calls;

/// <summary>Failures of the infrastructure after which the same call may succeed. Whether the failed one had an effect is unknown.</summary>
internal static class TransientFaults
{
    public static bool Includes(Exception failure) => failure is
        TimeoutException or OperationCanceledException
        or OrleansMessageRejectionException or SiloUnavailableException or ClientNotAvailableException
        or GatewayTooBusyException or LimitExceededException or ConnectionFailedException
        or InconsistentStateException or UnavailableException or OverloadedException
        || IsWithoutSilo(failure);

    /// <summary>
    /// No silo of the roles that the call needs is there, or none is known here yet. Orleans throws its types for wrong programs then,
    /// which tell nothing but by their texts.
    /// </summary>
    private static bool IsWithoutSilo(Exception failure) =>
        (failure is ArgumentException && failure.Message.StartsWith("Could not find an implementation", StringComparison.Ordinal))
        || (failure is OrleansException && failure.Message.Contains("No active nodes are compatible", StringComparison.Ordinal));
}
