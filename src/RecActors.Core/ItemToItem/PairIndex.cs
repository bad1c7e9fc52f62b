using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RecActors.Hardware;

namespace RecActors.ItemToItem;

/// <summary>
/// Every sixteenth key of ascending ones, so that a search reads a few lines of these, which all rows of some ten thousand items together have so
/// few of that a cache holds them, and then one line of the keys, instead of one line of the keys a step (the two upper levels of a B-tree in an array). Of what changes while it is read it makes
/// guesses, never a fault. Mutable, a part of its owner.
/// </summary>
internal struct PairIndex
{
    /// <summary>Keys of a block: a cache line.</summary>
    public const int Block = 16;

    /// <summary>Block keys that are compared one after the other: more are halved first.</summary>
    private const int Compared = 64;

    private int[]? _firsts;

    /// <summary>Places behind the last block key: a vector that begins at it ends within them.</summary>
    private static int Padding => Vector256<int>.Count;

    /// <summary>Takes the keys' blocks down anew, from a key on. At most one block has no index.</summary>
    public void Rebuild(ReadOnlySpan<int> keys, int from = 0)
    {
        var blocks = (keys.Length + Block - 1) / Block;
        if (blocks <= 1)
        {
            _firsts = null;
            return;
        }

        var needed = blocks + Padding;
        var firsts = _firsts;
        if (firsts is null || firsts.Length < needed)
        {
            firsts = new int[needed + (blocks / 2)];
            from = 0;
        }

        for (var block = from / Block; block < blocks; block++)
        {
            firsts[block] = keys[block * Block];
        }

        firsts.AsSpan(blocks).Fill(int.MaxValue);
        Volatile.Write(ref _firsts, firsts);
    }

    /// <summary>Asks for it; a hint.</summary>
    public readonly void Prefetch(int keys)
    {
        if (_firsts is { } firsts)
        {
            ref var first = ref MemoryMarshal.GetArrayDataReference(firsts);
            var blocks = Math.Min(keys / Block, Compared);
            for (var block = 0; block <= blocks + Block; block += CacheHint.Line / sizeof(int))
            {
                CacheHint.Read(ref first, block);
            }
        }
    }

    /// <summary>The block of a key among so many keys, if it is anywhere in them.</summary>
    public readonly int BlockOf(int key, int keys)
    {
        if (_firsts is not { } firsts)
        {
            return 0;
        }

        var (from, blocks) = (0, Math.Min((keys + Block - 1) / Block, firsts.Length - Padding));
        ref var first = ref MemoryMarshal.GetArrayDataReference(firsts);
        while (blocks > Compared)
        {
            var half = blocks / 2;
            from += Unsafe.Add(ref first, from + half) <= key ? half : 0;
            blocks -= half;
        }

        return Math.Max(0, from + NotAbove(ref Unsafe.Add(ref first, from), blocks, key) - 1);
    }

    /// <summary>The place of the last key in a block that is not above one, or 0.</summary>
    /// <param name="first">The first key of the block.</param>
    /// <param name="keys">Keys of it; there may be more behind it, of which the order is another.</param>
    /// <param name="key">What is looked for.</param>
    /// <param name="isWhole">Whether there is room for a whole block, whatever it holds.</param>
    public static int PlaceIn(ref int first, int keys, int key, bool isWhole)
    {
        if (!isWhole)
        {
            var (place, left) = (0, keys);
            while (left > 1)
            {
                var half = left / 2;
                place += Unsafe.Add(ref first, place + half) <= key ? half : 0;
                left -= half;
            }

            return place;
        }

        var wanted = Vector256.Create(key);
        var notAbove = Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref first), wanted).ExtractMostSignificantBits()
            | (Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref first, (nuint)Vector256<int>.Count), wanted).ExtractMostSignificantBits() << Vector256<int>.Count);
        return Math.Max(0, BitOperations.PopCount(notAbove & ((1u << Math.Clamp(keys, 0, Block)) - 1)) - 1);
    }

    /// <summary>Where the ascending keys begin to be above one, looked for from their end.</summary>
    public static int FirstAbove(ReadOnlySpan<int> keys, int key)
    {
        var end = keys.Length;
        while (end >= Vector256<int>.Count && keys[end - Vector256<int>.Count] > key)
        {
            end -= Vector256<int>.Count;
        }

        while (end > 0 && keys[end - 1] > key)
        {
            end--;
        }

        return end;
    }

    /// <summary>How many of so many ascending keys are not above one. Vectors are read whole: there must be room for the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int NotAbove(ref int keys, int count, int key)
    {
        var wanted = Vector256.Create(key);
        var notAbove = 0;
        for (var i = 0; i < count; i += Vector256<int>.Count)
        {
            notAbove += BitOperations.PopCount(Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref keys, (nuint)i), wanted).ExtractMostSignificantBits());
        }

        return Math.Min(notAbove, count);
    }
}
