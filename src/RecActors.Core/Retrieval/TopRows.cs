namespace RecActors.Retrieval;

/// <summary>
/// The best rows offered so far: a binary heap of <see cref="RowOrder"/> keys with the worst kept one on top, so that most of a long
/// stream costs one comparison each. Of equal scores the lower row is better: the outcome does not depend on the order of the offers.
/// Reusable; not for concurrent use.
/// </summary>
internal sealed class TopRows
{
    private ulong[] _heap = [];
    private int _capacity;
    private int _size;

    /// <summary>Keeps nothing until it is reset.</summary>
    public TopRows()
        : this(0)
    {
    }

    public TopRows(int capacity) => Reset(capacity);

    /// <summary>A score below it cannot enter; nor can an equal one of a row above all rows offered before. −∞ until there are as many rows as asked for.</summary>
    public float Threshold { get; private set; }

    /// <summary>Forgets every row, and keeps the best <paramref name="capacity"/> from now on.</summary>
    public void Reset(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        if (_heap.Length < capacity)
        {
            _heap = new ulong[capacity];
        }

        _capacity = capacity;
        _size = 0;
        Threshold = capacity == 0 ? float.PositiveInfinity : float.NegativeInfinity;
    }

    /// <summary>Takes the row in if it is among the best. NaN never is. The same row must not come twice.</summary>
    public void Offer(int row, float score)
    {
        if (float.IsNaN(score))
        {
            return;
        }

        var key = RowOrder.KeyOf(score, row);
        if (_size < _capacity)
        {
            SiftUp(key);
        }
        else if (_size > 0 && key < _heap[0])
        {
            SiftDown(key);
        }
        else
        {
            return;
        }

        if (_size == _capacity)
        {
            Threshold = RowOrder.ScoreOf(_heap[0]);
        }
    }

    /// <summary>The keys of the rows, best first, valid until the next reset; offers must not follow.</summary>
    public ReadOnlySpan<ulong> Sort()
    {
        var keys = _heap.AsSpan(0, _size);
        keys.Sort();
        return keys;
    }

    /// <summary>The rows, best first; offers must not follow.</summary>
    public ScoredRow[] ToSortedArray()
    {
        var keys = Sort();
        var sorted = new ScoredRow[keys.Length];
        for (var i = 0; i < sorted.Length; i++)
        {
            sorted[i] = new ScoredRow(RowOrder.RowOf(keys[i]), RowOrder.ScoreOf(keys[i]));
        }

        return sorted;
    }

    private void SiftUp(ulong key)
    {
        var hole = _size++;
        while (hole > 0)
        {
            var parent = (hole - 1) / 2;
            if (_heap[parent] >= key)
            {
                break;
            }

            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = key;
    }

    private void SiftDown(ulong key)
    {
        var hole = 0;
        for (var child = 1; child < _size; child = (2 * hole) + 1)
        {
            if (child + 1 < _size && _heap[child + 1] > _heap[child])
            {
                child++;
            }

            if (_heap[child] <= key)
            {
                break;
            }

            _heap[hole] = _heap[child];
            hole = child;
        }

        _heap[hole] = key;
    }
}
