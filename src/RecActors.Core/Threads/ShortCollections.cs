namespace RecActors.Threads;

/// <summary>
/// Keeps garbage collections short while work beside those who serve fills memory that stays. A collection of the youngest generation copies what is left of it, and by itself
/// comes when more than a hundred megabytes have been allocated: everything stood still for 25 to 55 ms then, and for 3 to 19, mostly 5, where it comes often. For one thread.
/// </summary>
/// <param name="collect">Collects the youngest generation.</param>
internal sealed class ShortCollections(Action collect)
{
    /// <summary>What a collection copies at most, beside what those who serve have in use.</summary>
    internal const long BytesBetween = 16L << 20;

    private long _allocated = GC.GetAllocatedBytesForCurrentThread();

    public ShortCollections()
        : this(static () => GC.Collect(0, GCCollectionMode.Forced, blocking: true))
    {
    }

    /// <summary>To be called often, by the thread that allocates; where nobody is served beside it, it does nothing.</summary>
    public void Pause()
    {
        if (BackgroundThread.IsCurrent && GC.GetAllocatedBytesForCurrentThread() - _allocated >= BytesBetween)
        {
            collect();
            _allocated = GC.GetAllocatedBytesForCurrentThread();
        }
    }
}
