using RecActors.Failures;

namespace RecActors.Calls;

/// <summary>Failures of the infrastructure after which the same call may succeed. Whether the failed one had an effect is unknown.</summary>
/// <remarks>
/// All of Orleans' own are, but its wrapping of a program's failure that cannot be sent as it is: besides those with a type of their own, such as rejections, its directory and its placement throw the base type while silos come and
/// go and each knows of others than the next ("Current directory … is not stable", "… hop limit is reached", "Trying to register … on invalid silo", "No active
/// nodes are compatible"). What a silo uses is disposed while it stops, and an activation that meets with that is rejected for that.
/// Whose object it was cannot be told: the failure of a grain in this process comes as it was thrown, and one from another process with the same type and text. Only Orleans'
/// client can be disposed under a call here, and that as the process ends: another one takes what is tried again.
/// </remarks>
internal static class TransientFaults
{
    public static bool Includes(Exception failure) => failure is
        TimeoutException or OperationCanceledException or (OrleansException and not WrappedException) or ObjectDisposedException or UnavailableException or OverloadedException
        || IsWithoutSilo(failure);

    /// <summary>No silo of the roles that the call needs is known here yet, for which Orleans throws a type for wrong programs, that tells nothing but by its text.</summary>
    private static bool IsWithoutSilo(Exception failure) =>
        failure is ArgumentException && failure.Message.StartsWith("Could not find an implementation", StringComparison.Ordinal);
}
