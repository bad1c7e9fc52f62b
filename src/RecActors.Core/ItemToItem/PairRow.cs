using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RecActors.Hardware;
using RecActors.Retrieval;

namespace RecActors.ItemToItem;

/// <summary>
/// The pairs of one item: dense, so that reading them is one pass over two arrays. They are sorted by the other item's row but for a
/// short tail of new ones, merged now and then: inserting each at its place would move half of the row each time. Each pair has four
/// floats: transitions to the other, from it, to it at distance one, and co-occurrence. What is added to a long row may be
/// <see cref="TryPutOff">put off</see>. Guarded by the stripe of its row.
/// </summary>
internal sealed partial class PairRow
{
    /// <summary>Places of the floats of a pair.</summary>
    public const int Out = 0, In = 1, Next = 2, Cooccurrence = 3, Width = 4;

    /// <summary>Pairs that are asked for at once: the others of so many are a cache line.</summary>
    public const int PrefetchedPairs = 16;

    /// <summary>Length at which the tail is merged.</summary>
    private const int MaxTail = 32;

    private int[] _others;
    private float[] _values;

    /// <summary>Pairs that there is room for: the arrays' own lengths lie in cache lines that nothing else asks for.</summary>
    private int _capacity;

    /// <summary>Of the sorted others.</summary>
    private PairIndex _index;

    /// <summary>Volatile: arrays only grow, and before it does, so that whoever reads it before an array knows so many others to be there.</summary>
    private volatile int _sorted;

    /// <param name="capacity">Pairs that it has room for at first.</param>
    public PairRow(int capacity = 4)
    {
        _capacity = capacity = RoomFor(capacity);
        _others = new int[capacity];
        _values = new float[capacity * Width];
    }

    public int Count { get; private set; }

    /// <summary>Pairs that are sorted, before the tail.</summary>
    internal int Settled => _sorted;

    /// <summary>The highest row among the others, pairs that gave way included.</summary>
    public int MaxOther { get; private set; } = -1;

    /// <summary>Transitions to all items, those of pairs that gave way included: what probabilities are relative to.</summary>
    public double OutMass { get; set; }

    /// <summary>Transitions from all items.</summary>
    public double InMass { get; set; }

    /// <summary>Transitions at distance one to all items.</summary>
    public double NextMass { get; set; }

    public ReadOnlySpan<int> Others => _others.AsSpan(0, Count);

    /// <summary>Four floats per pair, in the order of <see cref="Others"/>.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count * Width);

    /// <summary>Transitions in both directions and co-occurrence: how much evidence a pair holds.</summary>
    public float Evidence(int index)
    {
        var values = _values.AsSpan(index * Width, Width);
        return values[Out] + values[In] + values[Cooccurrence];
    }

    /// <summary>Asks for the row itself, which tells where its pairs are; a hint.</summary>
    public void Prefetch()
    {
        // The first and the last of its fields, which are not always in one line.
        CacheHint.Read(ref _others);
        CacheHint.Read(ref _index);
    }

    /// <summary>Asks for sixteen pairs, as far as there are so many; a hint, for which the stripe need not be held.</summary>
    public void Prefetch(int index)
    {
        var (others, values) = (_others, _values);
        if (index < others.Length)
        {
            CacheHint.Read(ref others[index]);
        }

        for (var place = index * Width; place < Math.Min(values.Length, (index + PrefetchedPairs) * Width); place += CacheHint.Line / sizeof(float))
        {
            CacheHint.Read(ref values[place]);
        }
    }

    /// <summary>Asks for what <see cref="BlockOf"/> reads; a hint. The stripe need not be held for this and the next two steps of a search.</summary>
    public void PrefetchIndex() => _index.Prefetch(_sorted);

    /// <summary>The block of the sorted others that one of them would be in, which is asked for, as is the tail, which is looked through for new pairs.</summary>
    public int BlockOf(int other)
    {
        var sorted = _sorted;
        var block = _index.BlockOf(other, sorted);

        // Unchecked, since the arrays' lengths would be waited for; a place behind an array is a useless hint, no fault.
        ref var others = ref MemoryMarshal.GetArrayDataReference(_others);
        CacheHint.Read(ref others, block * PairIndex.Block);
        CacheHint.Read(ref others, sorted);
        return block;
    }

    /// <summary>
    /// Where the other may be, or those next to it; the values there are asked for, or those behind the last pair for a new one. While the row changes the
    /// others may be those of a moment ago or partly moved, never more than the array holds.
    /// </summary>
    public int Guess(int other, int block)
    {
        var sorted = _sorted;
        var others = Volatile.Read(ref _others);
        var from = block * PairIndex.Block;
        ref var first = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(others), from);
        var place = PairIndex.PlaceIn(ref first, sorted - from, other, isWhole: sorted > PairIndex.Block);
        var isThere = Unsafe.Add(ref first, place) == other;
        CacheHint.Read(ref MemoryMarshal.GetArrayDataReference(_values), (isThere ? from + place : Count) * Width);
        return from + place;
    }

    /// <summary>Adds to a pair, and returns true when it is new.</summary>
    /// <param name="other">Row of the other item.</param>
    /// <param name="added">What is added.</param>
    /// <param name="guess">Where the pair may be.</param>
    public bool Add(int other, Vector128<float> added, int guess = -1)
    {
        var index = IndexOf(other, guess);
        if (index >= 0)
        {
            ref var place = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_values), index * Width);
            (Vector128.LoadUnsafe(ref place) + added).StoreUnsafe(ref place);
            return false;
        }

        if (Count - _sorted == MaxTail)
        {
            MergeTail();
        }

        Insert(other, added);
        return true;
    }

    /// <summary>Appends a pair that sorts after all others.</summary>
    public void Append(int other, ReadOnlySpan<float> values)
    {
        Insert(other, Vector128.Create(values));
        _sorted = Count;
        if (_sorted % PairIndex.Block == 1)
        {
            _index.Rebuild(Others, from: Count - 1);
        }
    }

    /// <summary>Keeps the pairs whose strength is above a bound, and the first of those at it, <paramref name="keep"/> in all; returns how many went.</summary>
    public int Prune(ReadOnlySpan<float> strengths, int keep)
    {
        if (keep >= Count)
        {
            return 0;
        }

        var keys = ArrayPool<ulong>.Shared.Rent(Count);
        for (var index = 0; index < Count; index++)
        {
            keys[index] = Descending(strengths[index]);
        }

        // The keep-th strongest is the bound; what is as strong fills the places that the stronger ones leave.
        Selection.Best(keys.AsSpan(0, Count), keep);
        var boundKey = keys[keep - 1];
        ArrayPool<ulong>.Shared.Return(keys);
        var (bound, stronger) = (0f, 0);
        for (var index = 0; index < Count; index++)
        {
            var key = Descending(strengths[index]);
            stronger += key < boundKey ? 1 : 0;
            bound = key == boundKey ? strengths[index] : bound;
        }

        return Retain(strengths, bound, atBound: keep - stronger);
    }

    /// <summary>Drops up to <paramref name="most"/> pairs with no more evidence than the bound; returns how many went.</summary>
    public int DropWeak(float bound, int most)
    {
        var before = Count;
        var sorted = _sorted;
        Count = 0;
        _sorted = 0;
        for (var index = 0; index < before; index++)
        {
            if (index - Count >= most || Evidence(index) > bound)
            {
                Keep(index, isSorted: index < sorted);
            }
        }

        _index.Rebuild(_others.AsSpan(0, _sorted));
        return before - Count;
    }

    /// <summary>Ascending keys of descending strengths, which are not negative: floats of one sign sort as their bits.</summary>
    private static ulong Descending(float strength) => uint.MaxValue - BitConverter.SingleToUInt32Bits(strength);

    private int Retain(ReadOnlySpan<float> strengths, float bound, int atBound)
    {
        var before = Count;
        var sorted = _sorted;
        Count = 0;
        _sorted = 0;
        for (var index = 0; index < before; index++)
        {
            if (strengths[index] > bound || (strengths[index] == bound && atBound-- > 0))
            {
                Keep(index, isSorted: index < sorted);
            }
        }

        _index.Rebuild(_others.AsSpan(0, _sorted));
        return before - Count;
    }

    /// <summary>Moves a pair to the end of those kept so far.</summary>
    private void Keep(int from, bool isSorted)
    {
        _others[Count] = _others[from];
        Vector128.LoadUnsafe(ref _values[from * Width]).StoreUnsafe(ref _values[Count * Width]);
        Count++;
        if (isSorted)
        {
            _sorted = Count;
        }
    }

    /// <summary>Where a pair is; negative when it is nowhere. Within the count, hence without asking for the array's length.</summary>
    private int IndexOf(int other, int guess)
    {
        var sorted = _sorted;
        ref var others = ref MemoryMarshal.GetArrayDataReference(_others);
        var isPlace = (uint)guess < (uint)sorted;
        if (isPlace && Unsafe.Add(ref others, guess) == other)
        {
            return guess;
        }

        var inTail = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref others, sorted), Count - sorted).IndexOf(other);
        if (inTail >= 0)
        {
            return sorted + inTail;
        }

        // Between neighbours there is nothing: a good guess says that, too, and most pairs that are not found are new.
        return isPlace && (guess + 1 == sorted || Unsafe.Add(ref others, guess + 1) > other) && (guess == 0 || Unsafe.Add(ref others, guess) < other)
            ? -1
            : MemoryMarshal.CreateReadOnlySpan(ref others, sorted).BinarySearch(other);
    }

    private void Insert(int other, Vector128<float> values)
    {
        if (Count == _capacity)
        {
            var capacity = RoomFor(Count + Math.Max(4, Count / 2));
            Array.Resize(ref _others, capacity);
            Array.Resize(ref _values, capacity * Width);
            _capacity = capacity;
        }

        Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_others), Count) = other;
        values.StoreUnsafe(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_values), Count * Width));
        Count++;
        MaxOther = Math.Max(MaxOther, other);
    }

    /// <summary>Whole blocks, as soon as it is more than one: a search reads them whole. At least a place, which it looks at in any case.</summary>
    private static int RoomFor(int pairs) =>
        pairs <= PairIndex.Block ? Math.Max(1, pairs) : (pairs + PairIndex.Block - 1) / PairIndex.Block * PairIndex.Block;

    private void MergeTail()
    {
        var tail = Count - _sorted;
        Span<long> added = stackalloc long[MaxTail];
        Span<Vector128<float>> addedValues = stackalloc Vector128<float>[MaxTail];
        added = added[..tail];
        var others = _others.AsSpan(0, Count);
        var values = MemoryMarshal.Cast<float, Vector128<float>>(_values.AsSpan(0, Count * Width));
        values[_sorted..].CopyTo(addedValues);
        for (var i = 0; i < tail; i++)
        {
            // In the order of the others, each with its place in the tail.
            added[i] = ((long)others[_sorted + i] << 32) | (uint)i;
        }

        added.Sort();

        // From the back, so that nothing is overwritten before it has moved; what lies between two of the tail moves at once.
        var end = _sorted;
        for (var i = tail - 1; i >= 0; i--)
        {
            var other = (int)(added[i] >> 32);
            var start = PairIndex.FirstAbove(others[..end], other);
            others[start..end].CopyTo(others[(start + i + 1)..]);
            values[start..end].CopyTo(values[(start + i + 1)..]);
            others[start + i] = other;
            values[start + i] = addedValues[(int)(uint)added[i]];
            end = start;
        }

        _sorted = Count;
        _index.Rebuild(others, from: end);
    }
}
