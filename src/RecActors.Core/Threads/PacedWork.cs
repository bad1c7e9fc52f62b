using System.Diagnostics;

namespace RecActors.Threads;

/// <summary>
/// Work beside those who serve that takes locks which they take. It keeps the usual priority, since a thread of a low one may be kept waiting while it holds
/// a lock and all who want it with it, and rests half of the time instead. For one thread.
/// </summary>
public sealed class PacedWork(CancellationToken cancellationToken)
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(1);

    private long _since = Stopwatch.GetTimestamp();

    /// <summary>To be called often, without a lock: rests when it is time.</summary>
    /// <exception cref="OperationCanceledException">The work is given up.</exception>
    public void Pause()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Stopwatch.GetElapsedTime(_since) >= Turn)
        {
            cancellationToken.WaitHandle.WaitOne(Turn);
            _since = Stopwatch.GetTimestamp();
        }
    }
}
