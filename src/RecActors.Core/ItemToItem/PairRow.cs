using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RecActors.ItemToItem;

/// <summary>
/// The pairs of one item, sorted by the other item's row: dense, so that reading them is one pass over two arrays. Each pair has four
/// floats: transitions to the other, from it, to it at distance one, and co-occurrence. Guarded by the stripe of its row.
/// </summary>
internal sealed class PairRow
{
    /// <summary>Places of the floats of a pair.</summary>
    public const int Out = 0, In = 1, Next = 2, Cooccurrence = 3, Width = 4;

    private int[] _others = new int[4];
    private float[] _values = new float[4 * Width];

    public int Count { get; private set; }

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

    /// <summary>Adds to a pair, and returns true when it is new.</summary>
    public bool Add(int other, Vector128<float> added)
    {
        var index = Others.BinarySearch(other);
        if (index >= 0)
        {
            ref var place = ref _values[index * Width];
            (Vector128.LoadUnsafe(ref place) + added).StoreUnsafe(ref place);
            return false;
        }

        Insert(~index, other, added);
        return true;
    }

    /// <summary>Appends a pair that sorts after all others.</summary>
    public void Append(int other, ReadOnlySpan<float> values) => Insert(Count, other, Vector128.Create(values));

    /// <summary>Keeps the pairs whose strength is above a bound, and the first of those at it, <paramref name="keep"/> in all; returns how many went.</summary>
    public int Prune(ReadOnlySpan<float> strengths, int keep)
    {
        if (keep >= Count)
        {
            return 0;
        }

        var sorted = strengths[..Count].ToArray();
        Array.Sort(sorted);
        var bound = sorted[Count - keep];
        var above = Count - keep;
        while (above < Count && sorted[above] <= bound)
        {
            above++;
        }

        return Retain(strengths, bound, atBound: keep - (Count - above));
    }

    /// <summary>Drops up to <paramref name="most"/> pairs with no more evidence than the bound; returns how many went.</summary>
    public int DropWeak(float bound, int most)
    {
        var kept = 0;
        var dropped = 0;
        for (var index = 0; index < Count; index++)
        {
            if (dropped < most && Evidence(index) <= bound)
            {
                dropped++;
            }
            else
            {
                Move(index, kept++);
            }
        }

        Count = kept;
        return dropped;
    }

    private int Retain(ReadOnlySpan<float> strengths, float bound, int atBound)
    {
        var before = Count;
        var kept = 0;
        for (var index = 0; index < before; index++)
        {
            if (strengths[index] > bound || (strengths[index] == bound && atBound-- > 0))
            {
                Move(index, kept++);
            }
        }

        Count = kept;
        return before - kept;
    }

    private void Move(int from, int to)
    {
        _others[to] = _others[from];
        _values.AsSpan(from * Width, Width).CopyTo(_values.AsSpan(to * Width, Width));
    }

    private void Insert(int index, int other, Vector128<float> values)
    {
        if (Count == _others.Length)
        {
            var capacity = Count + Math.Max(4, Count / 2);
            Array.Resize(ref _others, capacity);
            Array.Resize(ref _values, capacity * Width);
        }

        Array.Copy(_others, index, _others, index + 1, Count - index);
        Array.Copy(_values, index * Width, _values, (index + 1) * Width, (Count - index) * Width);
        _others[index] = other;
        values.StoreUnsafe(ref MemoryMarshal.GetArrayDataReference(_values), (nuint)(index * Width));
        Count++;
    }
}
