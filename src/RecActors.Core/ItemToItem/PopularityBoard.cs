namespace RecActors.ItemToItem;

/// <summary>
/// The rows with the highest keys, best first, where keys only ever grow: then a row that is not on the board can
/// get there by its own growth alone, so the board is exact without ever looking at the others. Equal keys are in the order of the
/// comparer, or of their rows. Guarded by its owner.
/// </summary>
internal sealed class PopularityBoard(int capacity, IComparer<int>? ties)
{
    private readonly IComparer<int> _ties = ties ?? Comparer<int>.Default;
    private readonly double[] _keys = new double[capacity];
    private readonly int[] _rows = new int[capacity];
    private int _count;

    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _count);

    /// <summary>A row's key has grown.</summary>
    public void Update(int row, double oldKey, double newKey)
    {
        // Keys only grow, so a row that is on the board does not sort behind its last one.
        if (_count == _rows.Length && !IsBefore(newKey, row, _keys[_count - 1], _rows[_count - 1]))
        {
            return;
        }

        var from = IndexOf(row, oldKey);
        var to = Math.Min(from, IndexOf(row, newKey));
        if (from == _count || _rows[from] != row)
        {
            from = _count == _rows.Length ? _count - 1 : _count++;
        }

        Array.Copy(_keys, to, _keys, to + 1, from - to);
        Array.Copy(_rows, to, _rows, to + 1, from - to);
        _keys[to] = newKey;
        _rows[to] = row;
    }

    public void Clear() => _count = 0;

    /// <summary>Where the row with this key is, or would be.</summary>
    private int IndexOf(int row, double key)
    {
        var low = 0;
        var high = _count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (IsBefore(_keys[middle], _rows[middle], key, row))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private bool IsBefore(double key, int row, double otherKey, int otherRow) =>
        key > otherKey || (key == otherKey && _ties.Compare(row, otherRow) < 0);
}
