using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RecActors.Retrieval;

namespace RecActors.ItemToItem;

/// <summary>
/// Sums of item-to-item scores by row: eight floats per row, one cache line's half, of which six are the
/// <see cref="ItemToItemSignal"/>s and one says that the row is touched. Dense, so that adding is one indexed access; cleared by the
/// list of touched rows. Reuse it, one query at a time. Not safe for concurrent use.
/// </summary>
public sealed class ItemToItemScores
{
    private const int Width = 8;
    private const int Second = 4;
    private const int Mark = 6;

    private float[] _values = [];
    private int[] _touched = [];
    private int _count;

    /// <summary>Rows with any score, each once, in the order they were first touched.</summary>
    public ReadOnlySpan<int> Touched => _touched.AsSpan(0, _count);

    /// <summary>The row's score; 0 when nothing was added.</summary>
    public float this[ItemToItemSignal signal, int row]
    {
        get
        {
            var index = ((long)row * Width) + (int)signal;
            return (ulong)index < (ulong)_values.Length ? _values[index] : 0;
        }
    }

    /// <summary>
    /// Writes the rows with the highest positive scores, best first and ties by row, and returns how many. The predicate is asked
    /// only about rows that would enter.
    /// </summary>
    public int Top(ItemToItemSignal signal, Span<int> rows, Predicate<int>? accepts = null)
    {
        var top = new TopRows(rows.Length);
        foreach (var row in Touched)
        {
            var score = _values[(row * Width) + (int)signal];
            if (score > 0 && score >= top.Threshold && (accepts is null || accepts(row)))
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

    /// <summary>Makes all scores 0, in time proportional to the touched rows.</summary>
    public void Clear()
    {
        foreach (var row in Touched)
        {
            _values.AsSpan(row * Width, Width).Clear();
        }

        _count = 0;
    }

    /// <summary>Makes room for rows below this.</summary>
    internal void EnsureCapacity(int rows)
    {
        if (rows * Width > _values.Length)
        {
            Array.Resize(ref _values, checked(rows * Width));
            Array.Resize(ref _touched, rows);
        }
    }

    /// <summary>Adds to the signals of both halves of a row below the capacity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int row, Vector128<float> transitions, Vector128<float> cooccurrences)
    {
        ref var place = ref _values[row * Width];
        if (Unsafe.Add(ref place, Mark) == 0)
        {
            Unsafe.Add(ref place, Mark) = 1;
            _touched[_count++] = row;
        }

        (Vector128.LoadUnsafe(ref place) + transitions).StoreUnsafe(ref place);
        (Vector128.LoadUnsafe(ref place, Second) + cooccurrences).StoreUnsafe(ref place, Second);
    }
}
