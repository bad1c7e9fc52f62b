namespace RecActors.Interest;

/// <summary>
/// An immutable set of rows: a sorted array and a short unsorted tail that is merged into it now and then, so that adding copies
/// nothing but now and then. 4 bytes per row. Safe for concurrent readers; sets that come of one another share a tail, of which each sees what it has.
/// </summary>
internal sealed class RowSet
{
    /// <summary>Length at which the tail is merged; searching it costs about as much as searching the sorted part.</summary>
    private const int MaxTail = 64;

    /// <summary>Places that a tail grows by: every active user has one.</summary>
    private const int TailStep = 8;

    public static readonly RowSet Empty = new([], [0], 0);

    private readonly int[] _sorted;

    /// <summary>How many places are taken, by this set or by one that came of it, and then the places.</summary>
    private readonly int[] _tail;

    private readonly int _inTail;

    private RowSet(int[] sorted, int[] tail, int inTail)
    {
        _sorted = sorted;
        _tail = tail;
        _inTail = inTail;
    }

    /// <summary>The set of these rows, which are distinct and ascend; the array becomes the set's own.</summary>
    public static RowSet OfSorted(int[] rows) => new(rows, Empty._tail, 0);

    public int Count => _sorted.Length + _inTail;

    private ReadOnlySpan<int> Tail => _tail.AsSpan(1, _inTail);

    public bool Contains(int row) => Tail.Contains(row) || Array.BinarySearch(_sorted, row) >= 0;

    public RowSet With(int row)
    {
        if (Contains(row))
        {
            return this;
        }

        if (_inTail == MaxTail)
        {
            int[] merged = [.. _sorted, .. Tail, row];
            Array.Sort(merged);
            return OfSorted(merged);
        }

        // The next place belongs to whoever takes it first: another set that comes of this one gets a tail of its own.
        var tail = _tail;
        if (1 + _inTail == tail.Length || Interlocked.CompareExchange(ref tail[0], _inTail + 1, _inTail) != _inTail)
        {
            tail = new int[1 + Math.Min(MaxTail, _inTail + TailStep)];
            tail[0] = _inTail + 1;
            Tail.CopyTo(tail.AsSpan(1));
        }

        tail[1 + _inTail] = row;
        return new RowSet(_sorted, tail, _inTail + 1);
    }

    public RowSet Without(int row)
    {
        if (!Contains(row))
        {
            return this;
        }

        var inTail = Tail.IndexOf(row);
        return inTail >= 0
            ? new RowSet(_sorted, [_inTail - 1, .. Tail[..inTail], .. Tail[(inTail + 1)..]], _inTail - 1)
            : new RowSet(RemoveAt(_sorted, Array.BinarySearch(_sorted, row)), _tail, _inTail);
    }

    public void CopyTo(Span<int> destination)
    {
        _sorted.CopyTo(destination);
        Tail.CopyTo(destination[_sorted.Length..]);
    }

    private static int[] RemoveAt(int[] rows, int index) => [.. rows.AsSpan(0, index), .. rows.AsSpan(index + 1)];
}
