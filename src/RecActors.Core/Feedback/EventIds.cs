using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RecActors.Feedback;

/// <summary>Event ids as the journal keeps them.</summary>
public static class EventIds
{
    /// <summary>The 64-bit hash of an event id (XXH3 of its UTF-16 code units); 0, which says "no id", for null.</summary>
    public static ulong HashOf(string? eventId)
    {
        if (eventId is null)
        {
            return 0;
        }

        var hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(eventId.AsSpan()));
        return hash == 0 ? 1 : hash;
    }
}
