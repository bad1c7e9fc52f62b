using RecActors.Retrieval;

namespace RecActors.ItemToItem;

/// <summary>
/// Sums of learned item-to-item weights by row: over the whole history, and faded. Dense and cleared by the list of touched rows;
/// reuse it, one query at a time. Not safe for concurrent use.
/// </summary>
public sealed class LinearItemScores
{
    private (float Even, float Faded, bool IsTouched)[] _values = [];
    private int[] _touched = [];
    private int _count;

    /// <summary>The row's sum over the whole history; 0 when nothing was added.</summary>
    public float Even(int row) => (uint)row < (uint)_values.Length ? _values[row].Even : 0;

    /// <summary>The row's faded sum; 0 when nothing was added.</summary>
    public float Faded(int row) => (uint)row < (uint)_values.Length ? _values[row].Faded : 0;

    /// <summary>Writes the rows with the highest positive sums over the whole history, best first and ties by row, and returns how many.</summary>
    public int Top(Span<int> rows, Predicate<int> accepts)
    {
        ArgumentNullException.ThrowIfNull(accepts);
        var top = new TopRows(rows.Length);
        foreach (var row in _touched.AsSpan(0, _count))
        {
            var score = _values[row].Even;
            if (score > 0 && score >= top.Threshold && accepts(row))
            {
                top.Offer(row, score);
            }
        }

        var best = top.ToSortedArray();
        for (var i = 0; i < best.Length; i++)
        {
            rows[i] = best[i].Row;
        }

        return best.Length;
    }

    /// <summary>Makes all sums 0, in time proportional to the touched rows.</summary>
    public void Clear()
    {
        foreach (var row in _touched.AsSpan(0, _count))
        {
            _values[row] = default;
        }

        _count = 0;
    }

    internal void EnsureCapacity(int rows)
    {
        if (rows > _values.Length)
        {
            Array.Resize(ref _values, rows);
            Array.Resize(ref _touched, rows);
        }
    }

    internal void Add(int row, float even, float faded)
    {
        ref var sums = ref _values[row];
        if (!sums.IsTouched)
        {
            sums.IsTouched = true;
            _touched[_count++] = row;
        }

        sums.Even += even;
        sums.Faded += faded;
    }
}
