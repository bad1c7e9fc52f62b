using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RecActors.Ranking;

/// <summary>
/// Sorts a few hundred distinct keys by counting, for each, how many are smaller. That takes n² comparisons, but many at once and without a branch
/// that a processor could guess wrong: at 200 keys a fraction of what sorting by exchange takes.
/// </summary>
internal static class KeyOrder
{
    /// <summary>More keys are sorted faster by exchange.</summary>
    public const int MostCounted = 512;

    /// <summary>Keys are counted in groups of so many; the room behind them must reach to the end of the last group.</summary>
    public const int Group = 8;

    /// <summary>Groups that are compared with a key at once: as many counts as there are registers for.</summary>
    private const int Together = 4;

    /// <summary>Writes the smallest keys, in ascending order.</summary>
    /// <param name="room">The keys, and behind them room for a whole group.</param>
    /// <param name="count">How many of them are keys; they are distinct.</param>
    /// <param name="smallest">Gets as many as it has room for.</param>
    public static void Smallest(ReadOnlySpan<ulong> room, int count, Span<ulong> smallest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(room.Length, (count + Group - 1) / Group * Group);
        Span<ulong> ranks = stackalloc ulong[Together * Group];
        var place = 0;
        for (; Vector512.IsHardwareAccelerated && place <= count - ranks.Length; place += ranks.Length)
        {
            RankFour(room, place, count, ranks);
            Place(room.Slice(place, ranks.Length), ranks, smallest);
        }

        for (; place < count; place += Group)
        {
            RankOne(room, place, count, ranks);
            Place(room[place..Math.Min(count, place + Group)], ranks, smallest);
        }
    }

    /// <summary>Counts, for each of four groups of keys from a place on, how many keys are smaller.</summary>
    private static void RankFour(ReadOnlySpan<ulong> room, int place, int count, Span<ulong> ranks)
    {
        ref var from = ref MemoryMarshal.GetReference(room[place..]);
        var (first, second) = (Vector512.LoadUnsafe(ref from), Vector512.LoadUnsafe(ref from, Group));
        var (third, fourth) = (Vector512.LoadUnsafe(ref from, 2 * Group), Vector512.LoadUnsafe(ref from, 3 * Group));
        Vector512<ulong> below1 = default, below2 = default, below3 = default, below4 = default;
        foreach (var key in room[..count])
        {
            var other = Vector512.Create(key);
            below1 -= Vector512.LessThan(other, first);
            below2 -= Vector512.LessThan(other, second);
            below3 -= Vector512.LessThan(other, third);
            below4 -= Vector512.LessThan(other, fourth);
        }

        below1.CopyTo(ranks);
        below2.CopyTo(ranks[Group..]);
        below3.CopyTo(ranks[(2 * Group)..]);
        below4.CopyTo(ranks[(3 * Group)..]);
    }

    private static void RankOne(ReadOnlySpan<ulong> room, int place, int count, Span<ulong> ranks)
    {
        var keys = Vector512.Create(room.Slice(place, Group));
        var below = Vector512<ulong>.Zero;
        foreach (var key in room[..count])
        {
            below -= Vector512.LessThan(Vector512.Create(key), keys);
        }

        below.CopyTo(ranks);
    }

    private static void Place(ReadOnlySpan<ulong> keys, ReadOnlySpan<ulong> ranks, Span<ulong> smallest)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            if (ranks[i] < (ulong)smallest.Length)
            {
                smallest[(int)ranks[i]] = keys[i];
            }
        }
    }
}
