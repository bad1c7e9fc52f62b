using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RecActors.Hardware;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.ItemToItem;

/// <summary>
/// Collects the rows with the highest positive slow transitions, and those with the highest positive slow co-occurrence, in one pass over the sums of a history:
/// all signals of a row are compared with the worst kept scores at once, and almost every row ends there.
/// </summary>
internal ref struct TopSignals<TFilter>
    where TFilter : struct, IRowFilter
{
    private const int Width = PairSums.Width;
    private const int Transition = (int)ItemToItemSignal.TransitionSlow;
    private const int Cooccurrence = (int)ItemToItemSignal.CooccurrenceSlow;

    /// <summary>Rows of a register, and the bits that say of a row which of its signals enter.</summary>
    private const int Two = 2, OfRow = (1 << Width) - 1;

    /// <summary>So many touched rows ahead their sums are asked for, where they are not in order.</summary>
    private const int RowsAhead = 16;

    private readonly ReadOnlySpan<float> _sums;
    private readonly ReadOnlySpan<int> _rows;
    private readonly TFilter _accepts;
    private readonly BestRows _transitions;
    private readonly BestRows _cooccurrences;
    private readonly float _transitionFloor;
    private readonly float _cooccurrenceFloor;
    private float _transitionBound;
    private float _cooccurrenceBound;
    private Vector256<float> _bounds;

    /// <param name="sums">The sums of all rows, or of some.</param>
    /// <param name="rows">Of which rows; empty where they are those of all rows in order.</param>
    /// <param name="accepts">Which rows may be collected.</param>
    /// <param name="transitions">Where those by transitions go.</param>
    /// <param name="cooccurrences">Where those by co-occurrence go.</param>
    /// <param name="transitionFloor">Transitions below it are not looked at; above 0, since zeros stay out.</param>
    /// <param name="cooccurrenceFloor">The same of co-occurrence.</param>
    public TopSignals(
        ReadOnlySpan<float> sums, ReadOnlySpan<int> rows, TFilter accepts, BestRows transitions, BestRows cooccurrences, float transitionFloor, float cooccurrenceFloor)
    {
        _sums = sums;
        _rows = rows;
        (_accepts, _transitions, _cooccurrences) = (accepts, transitions, cooccurrences);
        (_transitionFloor, _cooccurrenceFloor) = (transitionFloor, cooccurrenceFloor);
        (_transitionBound, _cooccurrenceBound) = (transitions.Threshold, cooccurrences.Threshold);
        _bounds = Bounds();
    }

    /// <summary>Goes through every so many-th row.</summary>
    public void CollectAll(int stride)
    {
        ref var sums = ref MemoryMarshal.GetReference(_sums);
        var rows = _sums.Length / Width;
        var row = 0;
        if (stride == 1)
        {
            for (; row <= rows - (2 * Two); row += 2 * Two)
            {
                var bounds = Vector512.Create(_bounds, _bounds);
                var first = Entering(ref Unsafe.Add(ref sums, row * Width), bounds);
                var second = Entering(ref Unsafe.Add(ref sums, (row + Two) * Width), bounds);
                for (var enters = first | (second << (Two * Width)); enters != 0;)
                {
                    var shift = BitOperations.TrailingZeroCount(enters) & -Width;
                    Take(row + (shift / Width), (uint)(enters >> shift) & OfRow);
                    enters &= ~((ulong)OfRow << shift);
                }
            }
        }

        for (; row < rows; row += stride)
        {
            Look(row);
        }
    }

    /// <summary>Goes through every so many-th of the rows that are named.</summary>
    public void Collect(ReadOnlySpan<int> touched, int stride)
    {
        ref var sums = ref MemoryMarshal.GetReference(_sums);
        for (var i = 0; i < touched.Length; i += stride)
        {
            if (i + RowsAhead < touched.Length)
            {
                CacheHint.Read(ref Unsafe.Add(ref sums, touched[i + RowsAhead] * Width));
            }

            Look(touched[i]);
        }
    }

    private static ulong Entering(ref float sums, Vector512<float> bounds) =>
        Vector512.GreaterThanOrEqual(Vector512.LoadUnsafe(ref sums), bounds).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Look(int row)
    {
        var sums = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(_sums), (nuint)row * Width);
        var enters = Vector256.GreaterThanOrEqual(sums, _bounds).ExtractMostSignificantBits();
        if (enters != 0)
        {
            Take(row, enters);
        }
    }

    private void Take(int place, uint enters)
    {
        var row = _rows.IsEmpty ? place : _rows[place];
        if (!_accepts.Accepts(row))
        {
            return;
        }

        // Most rows enter by one of the two signals, and by which cannot be foreseen.
        var sums = _sums.Slice(place * Width, Width);
        _transitions.Offer(row, sums[Transition], (enters >> Transition) & 1);
        _cooccurrences.Offer(row, sums[Cooccurrence], (enters >> Cooccurrence) & 1);
        if (_transitions.Threshold > _transitionBound || _cooccurrences.Threshold > _cooccurrenceBound)
        {
            (_transitionBound, _cooccurrenceBound) = (_transitions.Threshold, _cooccurrences.Threshold);
            _bounds = Bounds();
        }
    }

    /// <summary>No other signal ever enters.</summary>
    private readonly Vector256<float> Bounds() => Vector256.Create(float.PositiveInfinity)
        .WithElement(Transition, Math.Max(_transitionBound, _transitionFloor))
        .WithElement(Cooccurrence, Math.Max(_cooccurrenceBound, _cooccurrenceFloor));
}
