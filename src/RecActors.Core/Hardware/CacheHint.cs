using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace RecActors.Hardware;

/// <summary>
/// Asks for memory that will be read soon, so that it comes while something else is done. What is asked for may move or go meanwhile: a hint
/// never fails and never changes anything.
/// </summary>
internal static class CacheHint
{
    /// <summary>Bytes that come at once.</summary>
    public const int Line = 64;

    /// <summary>Asks for the cache line of a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Read<T>(ref readonly T place)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in place)));
        }
    }

    /// <summary>The same of a place so many further, which may be outside of the object: a reference to there would be none that the garbage collector allows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Read<T>(ref readonly T first, int further)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0((T*)Unsafe.AsPointer(ref Unsafe.AsRef(in first)) + further);
        }
    }
}
