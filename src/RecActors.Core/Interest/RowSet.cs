namespace RecActors.Interest;

/// <summary>
/// An immutable set of rows: a sorted array and a short unsorted tail that is merged into it now and then, so that adding copies
/// a few ints and not the whole set. 4 bytes per row.
/// </summary>
internal sealed class RowSet
{
    /// <summary>Length at which the tail is merged; searching it costs about as much as searching the sorted part.</summary>
    private const int MaxTail = 64;

    public static readonly RowSet Empty = new([], []);

    private readonly int[] _sorted;
    private readonly int[] _tail;

    private RowSet(int[] sorted, int[] tail)
    {
        _sorted = sorted;
        _tail = tail;
    }

    /// <summary>The set of these rows, which are distinct and ascend; the array becomes the set's own.</summary>
    public static RowSet OfSorted(int[] rows) => new(rows, []);

    public int Count => _sorted.Length + _tail.Length;

    public bool Contains(int row) => _tail.AsSpan().Contains(row) || Array.BinarySearch(_sorted, row) >= 0;

    public RowSet With(int row)
    {
        if (Contains(row))
        {
            return this;
        }

        if (_tail.Length < MaxTail)
        {
            return new RowSet(_sorted, [.. _tail, row]);
        }

        int[] merged = [.. _sorted, .. _tail, row];
        Array.Sort(merged);
        return new RowSet(merged, []);
    }

    public RowSet Without(int row)
    {
        if (!Contains(row))
        {
            return this;
        }

        var inTail = Array.IndexOf(_tail, row);
        return inTail >= 0
            ? new RowSet(_sorted, RemoveAt(_tail, inTail))
            : new RowSet(RemoveAt(_sorted, Array.BinarySearch(_sorted, row)), _tail);
    }

    public void CopyTo(Span<int> destination)
    {
        _sorted.CopyTo(destination);
        _tail.CopyTo(destination[_sorted.Length..]);
    }

    private static int[] RemoveAt(int[] rows, int index) => [.. rows.AsSpan(0, index), .. rows.AsSpan(index + 1)];
}
