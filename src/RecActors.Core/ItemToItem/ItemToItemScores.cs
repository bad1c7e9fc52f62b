using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RecActors.Hardware;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.ItemToItem;

/// <summary>
/// Sums of item-to-item scores by row: eight floats per row, one cache line's half, of which six are the
/// <see cref="ItemToItemSignal"/>s and one says that the row is touched. Dense, so that adding is one indexed access; cleared by the
/// list of touched rows. Reuse it, one query at a time. Not safe for concurrent use.
/// </summary>
public sealed class ItemToItemScores
{
    private const int Width = PairSums.Width;

    /// <summary>Where more than one row in so many is touched, all of them are gone through in order, which the processor foresees.</summary>
    private const int DenseFrom = 4;

    /// <summary>Sums of more rows than these are not in the caches: they are asked for before they are added to.</summary>
    private const int CachedRows = 32_768;

    /// <summary>With so many times the wanted rows touched, every so many-th says where the best begin; with this margin, since samples stray.</summary>
    private const int SampledFrom = 16, SampleStride = 16, SampleMargin = 2, LeastSamples = 3;

    private float[] _values = [];
    private int[] _touched = [];
    private int _count;

    private bool IsDense => _count > _touched.Length / DenseFrom;

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

    /// <summary>All scores of a row at once, each at the place of its signal; zeros when nothing was added.</summary>
    internal Vector256<float> Of(int row) => (uint)row < (uint)(_values.Length / Width)
        ? Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_values), (nuint)row * Width)
        : Vector256<float>.Zero;

    /// <summary>
    /// Writes the rows with the highest positive scores, best first and ties by row, and returns how many. The predicate is asked
    /// only about rows that would enter.
    /// </summary>
    public int Top(ItemToItemSignal signal, Span<int> rows, Predicate<int>? accepts = null)
    {
        var top = new BestRows();
        top.Reset(rows.Length);
        foreach (var row in Touched)
        {
            var score = _values[(row * Width) + (int)signal];
            if (score > 0 && score >= top.Threshold && (accepts is null || accepts(row)))
            {
                top.Offer(row, score);
            }
        }

        return top.CopyRows(rows);
    }

    /// <summary>
    /// Collects the rows with the highest positive slow transitions, and those with the highest positive slow co-occurrence. Where many rows are touched some of
    /// them say first from where on it is worth to look.
    /// </summary>
    internal void CollectTop<TFilter>(int most, TFilter accepts, BestRows transitions, BestRows cooccurrences)
        where TFilter : struct, IRowFilter
    {
        var (transitionFloor, cooccurrenceFloor) = (float.Epsilon, float.Epsilon);
        if (_count >= SampledFrom * most)
        {
            var wanted = (SampleMargin * most / SampleStride) + LeastSamples;
            transitions.Reset(wanted);
            cooccurrences.Reset(wanted);
            Collect(SampleStride, accepts, transitions, cooccurrences, float.Epsilon, float.Epsilon);
            (transitionFloor, cooccurrenceFloor) = (Math.Max(transitionFloor, transitions.Worst()), Math.Max(cooccurrenceFloor, cooccurrences.Worst()));
        }

        transitions.Reset(most);
        cooccurrences.Reset(most);
        Collect(1, accepts, transitions, cooccurrences, transitionFloor, cooccurrenceFloor);
        if ((transitionFloor > float.Epsilon && transitions.Count < most) || (cooccurrenceFloor > float.Epsilon && cooccurrences.Count < most))
        {
            // The samples have strayed.
            transitions.Reset(most);
            cooccurrences.Reset(most);
            Collect(1, accepts, transitions, cooccurrences, float.Epsilon, float.Epsilon);
        }
    }

    private void Collect<TFilter>(
        int stride, TFilter accepts, BestRows transitions, BestRows cooccurrences, float transitionFloor, float cooccurrenceFloor)
        where TFilter : struct, IRowFilter
    {
        var top = new TopSignals<TFilter>(_values, accepts, transitions, cooccurrences, transitionFloor, cooccurrenceFloor);
        if (IsDense)
        {
            top.CollectAll(stride);
        }
        else
        {
            top.Collect(Touched, stride);
        }
    }

    /// <summary>Makes all scores 0, in time proportional to the touched rows.</summary>
    public void Clear()
    {
        if (IsDense)
        {
            Array.Clear(_values);
        }
        else
        {
            ref var values = ref MemoryMarshal.GetArrayDataReference(_values);
            foreach (var row in Touched)
            {
                Vector256<float>.Zero.StoreUnsafe(ref values, (nuint)row * Width);
            }
        }

        _count = 0;
    }

    /// <summary>Makes room for rows below this.</summary>
    internal void EnsureCapacity(int rows)
    {
        if (rows >= _touched.Length)
        {
            // A quarter more, so that a catalog which grows does not copy with every item.
            var capacity = Math.Max(rows, _touched.Length + (_touched.Length / 4));
            Array.Resize(ref _values, checked(capacity * Width));

            // One place more than rows, because a row is written there before it is known to be new.
            Array.Resize(ref _touched, capacity + 1);
        }
    }

    /// <summary>Adds the pairs of one item to all signals; the others must be below the capacity.</summary>
    /// <param name="pairs">The item's pairs.</param>
    /// <param name="by">What they are weighed by.</param>
    /// <param name="next">The pairs that will be added next: they are asked for meanwhile.</param>
    internal void Add(PairRow pairs, in PairWeights by, PairRow? next)
    {
        // Stands for the bounds checks of what is added by reference.
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pairs.MaxOther, _touched.Length - 1, nameof(pairs));
        ref var sums = ref MemoryMarshal.GetArrayDataReference(_values);
        ref var touched = ref MemoryMarshal.GetArrayDataReference(_touched);
        var others = pairs.Others;
        var isWide = PairSums512.IsSupported && pairs.MaxOther < by.Roots.Length;
        AskFor(others, by.Roots, 0);
        for (var from = 0; from < others.Length; from += PairRow.PrefetchedPairs)
        {
            next?.Prefetch(from);
            AskFor(others, by.Roots, from + PairRow.PrefetchedPairs);
            var count = Math.Min(PairRow.PrefetchedPairs, others.Length - from);
            var some = others.Slice(from, count);
            var values = pairs.Values.Slice(from * PairRow.Width, count * PairRow.Width);
            _count = isWide && count == PairSums512.Pairs
                ? PairSums512.Add(some, values, by, ref sums, ref touched, _count)
                : PairSums.Add(some, values, by, ref sums, ref touched, _count);
        }
    }

    /// <summary>Asks for what some pairs will be added to, and for the counts that they are scaled by.</summary>
    private void AskFor(ReadOnlySpan<int> others, ReadOnlySpan<float> roots, int from)
    {
        if (_touched.Length <= CachedRows || from >= others.Length)
        {
            return;
        }

        foreach (var other in others.Slice(from, Math.Min(PairRow.PrefetchedPairs, others.Length - from)))
        {
            CacheHint.Read(ref _values[other * Width]);
            if (other < roots.Length)
            {
                CacheHint.Read(in roots[other]);
            }
        }
    }
}
