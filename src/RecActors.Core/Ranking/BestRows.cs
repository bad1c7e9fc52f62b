using System.Runtime.CompilerServices;
using RecActors.Retrieval;

namespace RecActors.Ranking;

/// <summary>
/// The best rows offered so far, for lists of hundreds: offers are collected, and when twice as many as asked for are there, most of the
/// worse half is thrown away. A heap would move each of them down eight levels, every one a branch that nobody predicts.
/// Of equal scores the lower row is better: the outcome does not depend on the order of the offers. Reusable; not for concurrent use.
/// </summary>
internal sealed class BestRows
{
    private const int LeastRoom = 64;

    /// <summary>Keys by which the bound is guessed, and how many of them more than its share lie below it, so that the guess is rarely too low.</summary>
    private const int Samples = 16, Reserve = 2;

    /// <summary>Sorting begins with fewer keys where there are more than capacity by this share: its work grows with the square.</summary>
    private const int WorthNarrowing = 4;

    [ThreadStatic]
    private static BestRows? _borrowable;

    private ulong[] _keys = [];
    private ulong[] _sorted = [];
    private ulong[] _accepted = [];
    private int _capacity;
    private int _count;
    private ulong _bound;

    /// <summary>A score below it cannot enter. −∞ until rows were thrown away.</summary>
    public float Threshold { get; private set; }

    /// <summary>One that this thread has used before, for a search that ends on the thread; to be returned.</summary>
    public static BestRows Borrow()
    {
        var borrowed = _borrowable ?? new BestRows();
        _borrowable = null;
        return borrowed;
    }

    /// <summary>Lets it be borrowed again.</summary>
    public void Return() => _borrowable = this;

    /// <summary>Rows that would be kept now.</summary>
    public int Count => Math.Min(_count, _capacity);

    /// <summary>Forgets every row, and keeps the best <paramref name="capacity"/> from now on.</summary>
    public void Reset(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        var room = Math.Max(LeastRoom, (2 * capacity) + (-2 * capacity & (KeyOrder.Group - 1)));
        if (_keys.Length < room)
        {
            _keys = new ulong[room];
        }

        (_capacity, _count) = (capacity, 0);
        _bound = capacity == 0 ? 0 : ulong.MaxValue;
        Threshold = capacity == 0 ? float.PositiveInfinity : float.NegativeInfinity;
    }

    /// <summary>Takes the row in if it may be among the best. NaN never is. The same row must not come twice.</summary>
    public void Offer(int row, float score)
    {
        var key = RowOrder.KeyOf(score, row);
        if (float.IsNaN(score) || key >= _bound)
        {
            return;
        }

        _keys[_count++] = key;
        if (_count == _keys.Length && !TryNarrow())
        {
            Select();
        }
    }

    /// <summary>
    /// The same of a score that is a number, if the last argument is 1 and not 0: for where neither this nor whether the score is good enough can be foreseen, and a
    /// branch would be guessed wrong. The row is written in any case, and kept when it is wanted.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Offer(int row, float score, uint wanted)
    {
        var key = RowOrder.KeyOf(score, row);
        _keys[_count] = key;
        _count += (int)(wanted & (key < _bound ? 1u : 0));
        if (_count == _keys.Length && !TryNarrow())
        {
            Select();
        }
    }

    /// <summary>The score of the worst row that would be kept now; −∞ while there are fewer than asked for. Offers may follow.</summary>
    public float Worst()
    {
        if (_count > _capacity)
        {
            KeepBest();
        }

        if (_count < _capacity || _capacity == 0)
        {
            return Threshold;
        }

        var worst = 0UL;
        foreach (var key in _keys.AsSpan(0, _count))
        {
            worst = Math.Max(worst, key);
        }

        return RowOrder.ScoreOf(worst);
    }

    /// <summary>The keys of the rows, best first, valid until the next reset; offers must not follow.</summary>
    public ReadOnlySpan<ulong> Sort()
    {
        if (_count is > 1 and <= KeyOrder.MostCounted)
        {
            return SortByCounting();
        }

        if (_count > _capacity)
        {
            Select();
        }

        var keys = _keys.AsSpan(0, _count);
        keys.Sort();
        return keys;
    }

    /// <summary>The same of those that a filter accepts, as many as asked for here; it is asked about the best ones, until there are enough.</summary>
    public ReadOnlySpan<ulong> Sort<TFilter>(TFilter accepts, int most)
        where TFilter : struct, IRowFilter
    {
        var sorted = Sort();
        most = Math.Min(most, sorted.Length);
        if (_accepted.Length < most)
        {
            _accepted = new ulong[most];
        }

        var taken = 0;
        for (var i = 0; i < sorted.Length && taken < most; i++)
        {
            if (accepts.Accepts(RowOrder.RowOf(sorted[i])))
            {
                _accepted[taken++] = sorted[i];
            }
        }

        return _accepted.AsSpan(0, taken);
    }

    private ReadOnlySpan<ulong> SortByCounting()
    {
        if (_sorted.Length < _capacity)
        {
            _sorted = new ulong[_capacity];
        }

        if (_count > _capacity + (_capacity / WorthNarrowing))
        {
            TryNarrow();
        }

        var sorted = _sorted.AsSpan(0, Math.Min(_count, _capacity));
        KeyOrder.Smallest(_keys, _count, sorted);
        return sorted;
    }

    /// <summary>The rows with their scores, best first; offers must not follow.</summary>
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

    /// <summary>Writes the rows, best first, and returns how many; offers must not follow.</summary>
    public int CopyRows(Span<int> rows)
    {
        var keys = Sort();
        for (var i = 0; i < keys.Length; i++)
        {
            rows[i] = RowOrder.RowOf(keys[i]);
        }

        return keys.Length;
    }

    /// <summary>
    /// Leaves the best keys, in no order, and not many more than <c>capacity</c>: those up to a bound guessed from some of them. Two passes without
    /// a branch that depends on the keys. False when the guess was bad: all are left then.
    /// </summary>
    private bool TryNarrow()
    {
        Span<ulong> samples = stackalloc ulong[Samples], sorted = stackalloc ulong[Samples];
        for (var i = 0; i < Samples; i++)
        {
            samples[i] = _keys[(int)((long)i * _count / Samples)];
        }

        // Samples of fewer keys than samples are not distinct: the bound is a worse guess then, or 0, by which none would be left.
        KeyOrder.Smallest(samples, Samples, sorted);
        var keys = _keys.AsSpan(0, _count);
        var bound = sorted[Math.Min(Samples - 1, (int)((long)Samples * _capacity / _count) + Reserve)];
        var kept = 0;
        foreach (var key in keys)
        {
            kept += key <= bound ? 1 : 0;
        }

        if (kept < _capacity || kept == _count)
        {
            return false;
        }

        kept = 0;
        foreach (var key in keys)
        {
            keys[kept] = key;
            kept += key <= bound ? 1 : 0;
        }

        (_count, _bound, Threshold) = (kept, bound, RowOrder.ScoreOf(bound));
        return true;
    }

    /// <summary>Leaves the best <c>capacity</c> of more keys.</summary>
    private void KeepBest()
    {
        if (_count > KeyOrder.MostCounted)
        {
            Select();
            return;
        }

        var sorted = SortByCounting();
        sorted.CopyTo(_keys);
        (_count, _bound, Threshold) = (sorted.Length, sorted[^1], RowOrder.ScoreOf(sorted[^1]));
    }

    /// <summary>Leaves the best <c>capacity</c> keys, in no order (Hoare, "Algorithm 65: Find", 1961).</summary>
    private void Select()
    {
        var (from, to, wanted) = (0, _count - 1, _capacity - 1);
        while (from < to)
        {
            var pivot = MedianOf(_keys[from], _keys[(from + to) >>> 1], _keys[to]);
            var (left, right) = (from, to);
            while (left <= right)
            {
                while (_keys[left] < pivot)
                {
                    left++;
                }

                while (_keys[right] > pivot)
                {
                    right--;
                }

                if (left <= right)
                {
                    (_keys[left], _keys[right]) = (_keys[right], _keys[left]);
                    left++;
                    right--;
                }
            }

            if (wanted <= right)
            {
                to = right;
            }
            else if (wanted >= left)
            {
                from = left;
            }
            else
            {
                break;
            }
        }

        _count = _capacity;
        _bound = _keys[wanted];
        Threshold = RowOrder.ScoreOf(_bound);
    }

    private static ulong MedianOf(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
