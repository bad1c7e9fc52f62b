namespace RecActors.Redis;

/// <summary>
/// Threads of the pool in place of those that a library blocks. The pool makes up to its minimum of them at once, by default one for each processor,
/// and beyond that about two a second: on two processors a handful of blocked threads stops everything else, and with it the silo's answers to
/// the others' probes, for seconds. Thread-safe.
/// </summary>
internal static class SpareThreads
{
    /// <summary>
    /// What StackExchange.Redis blocks when it loses a primary that sentinels watch: for each of up to three connections (the sentinels', the shared and the
    /// appending one) the timer that looks for the new primary, and the handlers of lost and restored links, which ask sentinels and reconnect
    /// synchronously, with the queries to the sentinels in parallel beside each.
    /// </summary>
    public const int BlockedBySentinels = 16;

    private static readonly Lock Gate = new();
    private static int _added;

    /// <summary>Raises the pool's minimum by so many above the processors, once however often it is called.</summary>
    public static void Add(int threads)
    {
        lock (Gate)
        {
            if (threads > _added)
            {
                ThreadPool.GetMinThreads(out var workers, out var completions);
                ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + threads), completions);
                _added = threads;
            }
        }
    }
}
