using System.Runtime.ExceptionServices;
using RecActors.Threads;

namespace RecActors.Interest;

/// <summary>
/// Runs work over ranges of rows on threads of its own, the caller's among them and with its priority: long arithmetic on pool
/// threads would starve the actors that share the process.
/// </summary>
internal static class RowThreads
{
    /// <summary>Calls the work with consecutive chunks of [0, count) in any order; the first exception is thrown again here.</summary>
    public static void Run(int count, int chunk, int maxThreads, Action<int, int> work, CancellationToken cancellationToken = default)
    {
        var next = 0;
        Exception? failure = null;
        void Loop()
        {
            try
            {
                while (Volatile.Read(ref failure) is null)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var from = Interlocked.Add(ref next, chunk) - chunk;
                    if (from >= count)
                    {
                        return;
                    }

                    work(from, Math.Min(count, from + chunk));
                    BackgroundThread.GiveWay();
                }
            }
#pragma warning disable CA1031 // Carried over to the calling thread.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref failure, exception, null);
            }
        }

        // Helpers lower themselves once nobody starts threads any more: the runtime sets the policy of one that it starts, on the thread that starts it.
        var started = new ManualResetEventSlim();
        var help = BackgroundThread.Helping(Loop);
        var helpers = new Thread[Math.Clamp((count + chunk - 1) / chunk, 1, maxThreads) - 1];
        for (var i = 0; i < helpers.Length; i++)
        {
            helpers[i] = new Thread(() =>
            {
                started.Wait(CancellationToken.None);
                help();
            })
            {
                IsBackground = true,
                Name = "RecActors rows",
                Priority = Thread.CurrentThread.Priority,
            };
        }

        try
        {
            Array.ForEach(helpers, static helper => helper.Start());
        }
        finally
        {
            started.Set();
        }

        Loop();
        foreach (var helper in helpers)
        {
            helper.Join();
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
