using Orleans.Runtime.Messaging;
using Orleans.Storage;
using Polly.Timeout;
using RecActors.Failures;

namespace RecActors.Calls;

/// <summary>Failures of the infrastructure after which the same call may succeed. Whether the failed one had an effect is unknown.</summary>
internal static class TransientFaults
{
    public static bool Includes(Exception failure) => failure is
        TimeoutException or TimeoutRejectedException or OperationCanceledException
        or OrleansMessageRejectionException or SiloUnavailableException or ClientNotAvailableException
        or GatewayTooBusyException or LimitExceededException or ConnectionFailedException
        or InconsistentStateException or UnavailableException or OverloadedException;
}
