namespace RecActors.Calls;

/// <summary>
/// Keys for stateless workers, which exist in every silo under every key. A client reaches one key by way of one silo, so a single
/// key would give one silo all the work of a gateway. Thread-safe.
/// </summary>
internal static class AnySilo
{
    private const uint Keys = 64;

    private static int _calls;

    public static long Key => (uint)Interlocked.Increment(ref _calls) % Keys;
}
