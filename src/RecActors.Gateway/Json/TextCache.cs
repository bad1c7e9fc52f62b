using System.IO.Hashing;
using System.Numerics;
using System.Text;

namespace RecActors.Json;

/// <summary>
/// Short texts by their bytes, so that one that comes again and again is made once. Each has one place, which the next one takes that falls there:
/// what is asked for often is found nearly always, and nothing has to be thrown away. Not for what must be forgotten. Thread-safe.
/// </summary>
/// <param name="capacity">Places, a power of two.</param>
internal sealed class TextCache(int capacity)
{
    private const int LongestBytes = 64;

    private readonly string?[] _texts = new string?[BitOperations.IsPow2(capacity) ? capacity : throw new ArgumentOutOfRangeException(nameof(capacity))];

    /// <summary>The text of these bytes, which are valid UTF-8.</summary>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestBytes)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        // Seeded by nothing: who chooses texts to collide makes new ones of them, as without the cache.
        ref var place = ref _texts[(int)XxHash3.HashToUInt64(utf8) & (_texts.Length - 1)];
        var text = Volatile.Read(ref place);
        if (text is null || !IsSame(text, utf8))
        {
            text = Encoding.UTF8.GetString(utf8);
            Volatile.Write(ref place, text);
        }

        return text;
    }

    private static bool IsSame(string text, ReadOnlySpan<byte> utf8)
    {
        if (Ascii.IsValid(utf8))
        {
            return Ascii.Equals(utf8, text);
        }

        Span<byte> bytes = stackalloc byte[LongestBytes];
        return Encoding.UTF8.TryGetBytes(text, bytes, out var length) && bytes[..length].SequenceEqual(utf8);
    }
}
