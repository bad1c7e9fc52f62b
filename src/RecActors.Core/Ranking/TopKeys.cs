namespace RecActors.Ranking;

/// <summary>
/// The best k of a stream of (score, row) pairs: a binary heap of <see cref="RowOrder"/> keys with the worst kept one on top,
/// so that most of a long stream costs one comparison each. The result does not depend on the order of the stream.
/// </summary>
internal sealed class TopKeys
{
    private ulong[] _heap = [];
    private int _count;
    private int _capacity;

    public int Count => _count;

    /// <summary>Empties it and keeps the best <paramref name="capacity"/> from now on.</summary>
    public void Reset(int capacity)
    {
        _count = 0;
        _capacity = capacity;
        if (_heap.Length < capacity)
        {
            _heap = new ulong[capacity];
        }
    }

    /// <summary>Whether the pair would be kept: asked before a costly filter.</summary>
    public bool Admits(float score, int row) => _count < _capacity || (_capacity > 0 && RowOrder.KeyOf(score, row) < _heap[0]);

    /// <summary>Offers a pair; the same row must not come twice.</summary>
    public void Add(float score, int row)
    {
        var key = RowOrder.KeyOf(score, row);
        if (_count < _capacity)
        {
            SiftUp(_count++, key);
        }
        else if (_capacity > 0 && key < _heap[0])
        {
            SiftDown(key);
        }
    }

    /// <summary>Sorts what was kept, best first; the heap is spent until the next reset.</summary>
    public ReadOnlySpan<ulong> Sort()
    {
        var kept = _heap.AsSpan(0, _count);
        kept.Sort();
        return kept;
    }

    private void SiftUp(int at, ulong key)
    {
        while (at > 0)
        {
            var parent = (at - 1) / 2;
            if (_heap[parent] >= key)
            {
                break;
            }

            _heap[at] = _heap[parent];
            at = parent;
        }

        _heap[at] = key;
    }

    private void SiftDown(ulong key)
    {
        var at = 0;
        while (true)
        {
            var child = (2 * at) + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && _heap[child + 1] > _heap[child])
            {
                child++;
            }

            if (_heap[child] <= key)
            {
                break;
            }

            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = key;
    }
}
