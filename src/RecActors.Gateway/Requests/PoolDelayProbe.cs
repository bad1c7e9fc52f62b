namespace RecActors.Requests;

/// <summary>
/// Measures how long work waits for a thread of the pool, which is where requests queue before anything here sees them, and tells the limit.
/// It costs one empty work item now and then while requests come, and nothing otherwise. Thread-safe.
/// </summary>
/// <param name="limit">What is told.</param>
/// <param name="interval">The least time from one measurement to the next.</param>
/// <param name="time">The clock.</param>
internal sealed class PoolDelayProbe(AdmissionLimit limit, TimeSpan interval, TimeProvider time) : IThreadPoolWorkItem
{
    private int _isQueued;
    private long _queuedAt;

    /// <summary>Begins a measurement, unless one is on its way or was a moment ago.</summary>
    public void Sample()
    {
        if (Volatile.Read(ref _isQueued) == 1 || time.GetElapsedTime(Volatile.Read(ref _queuedAt)) < interval || Interlocked.Exchange(ref _isQueued, 1) == 1)
        {
            return;
        }

        Volatile.Write(ref _queuedAt, time.GetTimestamp());

        // In the common queue, where what sockets bring waits, too; not the thread's own, which it takes from first.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        limit.Waited(time.GetElapsedTime(Volatile.Read(ref _queuedAt)));
        Volatile.Write(ref _isQueued, 0);
    }
}
