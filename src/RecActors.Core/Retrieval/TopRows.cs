namespace RecActors.Retrieval;

/// <summary>
/// The best rows offered so far: a binary heap with the worst of them on top. Of equal scores the lower row is better, so the
/// outcome does not depend on the order of the offers. Not for concurrent use.
/// </summary>
internal sealed class TopRows
{
    private readonly ScoredRow[] _heap;
    private int _size;

    public TopRows(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _heap = new ScoredRow[capacity];
        Threshold = capacity == 0 ? float.PositiveInfinity : float.NegativeInfinity;
    }

    /// <summary>A score below it cannot enter; nor can an equal one of a row above all rows offered before. −∞ until there are as many rows as asked for.</summary>
    public float Threshold { get; private set; }

    /// <summary>Takes the row in if it is among the best. NaN never is.</summary>
    public void Offer(int row, float score)
    {
        var candidate = new ScoredRow(row, score);
        if (float.IsNaN(score))
        {
            return;
        }

        if (_size < _heap.Length)
        {
            SiftUp(candidate);
        }
        else if (_size > 0 && IsBetter(candidate, _heap[0]))
        {
            SiftDown(candidate);
        }
        else
        {
            return;
        }

        if (_size == _heap.Length)
        {
            Threshold = _heap[0].Score;
        }
    }

    /// <summary>The rows, best first.</summary>
    public ScoredRow[] ToSortedArray()
    {
        var sorted = _heap[.._size];
        Array.Sort(sorted, static (left, right) => IsBetter(left, right) ? -1 : IsBetter(right, left) ? 1 : 0);
        return sorted;
    }

    private static bool IsBetter(ScoredRow left, ScoredRow right) =>
        left.Score > right.Score || (left.Score == right.Score && left.Row < right.Row);

    private void SiftUp(ScoredRow candidate)
    {
        var hole = _size++;
        while (hole > 0)
        {
            var parent = (hole - 1) / 2;
            if (!IsBetter(_heap[parent], candidate))
            {
                break;
            }

            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = candidate;
    }

    private void SiftDown(ScoredRow candidate)
    {
        var hole = 0;
        for (var child = 1; child < _size; child = (2 * hole) + 1)
        {
            if (child + 1 < _size && IsBetter(_heap[child], _heap[child + 1]))
            {
                child++;
            }

            if (!IsBetter(candidate, _heap[child]))
            {
                break;
            }

            _heap[hole] = _heap[child];
            hole = child;
        }

        _heap[hole] = candidate;
    }
}
