using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RecActors.Hardware;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.ItemToItem;

/// <summary>
/// Sums of item-to-item scores by row: eight floats per row, one cache line's half, of which six are the
/// <see cref="ItemToItemSignal"/>s and one says that the row is touched. Dense, so that adding is one indexed access, as long as the caches hold the sums of all rows;
/// of more rows, only the touched ones have sums, in the order in which they were touched. Reuse it, one query at a time. Not safe for concurrent use.
/// </summary>
public sealed class ItemToItemScores
{
    private const int Width = PairSums.Width;

    /// <summary>Where more than one row in so many is touched, all of them are gone through in order, which the processor foresees.</summary>
    private const int DenseFrom = 4;

    /// <summary>Sums of more rows than these are not in the caches: a query's are kept close together then.</summary>
    private const int DenseRows = 32_768;

    /// <summary>With so many times the wanted rows touched, every so many-th says where the best begin; with this margin, since samples stray.</summary>
    private const int SampledFrom = 16, SampleStride = 16, SampleMargin = 2, LeastSamples = 3;

    private float[] _values = [];
    private int[] _touched = [];
    private int _count;

    /// <summary>Where the sums of the touched rows are; null as long as they are at the rows' own places.</summary>
    private RowSlots? _slots;

    /// <summary>√count by slot, of the first ones; of those that come with their sums from the rows' own places, it is looked up later.</summary>
    private float[] _roots = [];
    private int _rooted;

    /// <summary>Rows there are places for.</summary>
    private int _capacity;

    private bool IsDense => _count > _touched.Length / DenseFrom;

    /// <summary>Rows with any score, each once, in the order they were first touched.</summary>
    public ReadOnlySpan<int> Touched => _slots is { } slots ? slots.Rows : _touched.AsSpan(0, _count);

    /// <summary>The row's score; 0 when nothing was added.</summary>
    public float this[ItemToItemSignal signal, int row]
    {
        get
        {
            var index = ((long)PlaceOf(row) * Width) + (int)signal;
            return (ulong)index < (ulong)_values.Length ? _values[index] : 0;
        }
    }

    /// <summary>All scores of a row at once, each at the place of its signal; zeros when nothing was added.</summary>
    internal Vector256<float> Of(int row)
    {
        var place = PlaceOf(row);
        return (uint)place < (uint)(_values.Length / Width)
            ? Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_values), (nuint)place * Width)
            : Vector256<float>.Zero;
    }

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
            var score = this[signal, row];
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
        if (Touched.Length >= SampledFrom * most)
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
        var top = new TopSignals<TFilter>(
            _slots is { } slots ? _values.AsSpan(0, slots.Count * Width) : _values,
            _slots is null ? [] : _slots.Rows,
            accepts,
            transitions,
            cooccurrences,
            transitionFloor,
            cooccurrenceFloor);
        if (_slots is not null || IsDense)
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
        if (_slots is { } slots)
        {
            _values.AsSpan(0, slots.Count * Width).Clear();
            slots.Clear();
            _rooted = 0;
        }
        else if (IsDense)
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
        if (rows > DenseRows && _slots is null)
        {
            MoveToSlots();
        }

        if (_slots is not null)
        {
            _capacity = Math.Max(_capacity, rows);
        }
        else if (rows >= _touched.Length)
        {
            // A quarter more, so that a catalog which grows does not copy with every item.
            var capacity = Math.Max(rows, _touched.Length + (_touched.Length / 4));
            Array.Resize(ref _values, checked(capacity * Width));

            // One place more than rows, because a row is written there before it is known to be new.
            Array.Resize(ref _touched, capacity + 1);
            _capacity = capacity;
        }
    }

    /// <summary>Adds the pairs of one item to all signals; the others must be below the capacity.</summary>
    /// <param name="pairs">The item's pairs.</param>
    /// <param name="by">What they are weighed by.</param>
    /// <param name="next">The pairs that will be added next: they are asked for meanwhile.</param>
    internal void Add(PairRow pairs, in PairWeights by, PairRow? next)
    {
        // Stands for the bounds checks of what is added by reference.
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pairs.MaxOther, _capacity, nameof(pairs));
        if (_slots is { } slots)
        {
            Add(pairs, by, next, slots);
            return;
        }

        ref var sums = ref MemoryMarshal.GetArrayDataReference(_values);
        ref var touched = ref MemoryMarshal.GetArrayDataReference(_touched);
        var others = pairs.Others;
        var isWide = PairSums512.IsSupported && pairs.MaxOther < by.Roots.Length;
        for (var from = 0; from < others.Length; from += PairRow.PrefetchedPairs)
        {
            next?.Prefetch(from);
            var count = Math.Min(PairRow.PrefetchedPairs, others.Length - from);
            var some = others.Slice(from, count);
            var values = pairs.Values.Slice(from * PairRow.Width, count * PairRow.Width);
            _count = isWide && count == PairSums512.Pairs
                ? PairSums512.Add(some, values, by, ref sums, ref touched, _count)
                : PairSums.Add(some, values, by, ref sums, ref touched, _count);
        }
    }

    /// <summary>The same by slots. A row's root is read when it is touched first, and lies with the others' from then on.</summary>
    private void Add(PairRow pairs, in PairWeights by, PairRow? next, RowSlots slots)
    {
        Span<int> places = stackalloc int[PairRow.PrefetchedPairs];
        Span<int> notNeeded = stackalloc int[PairRow.PrefetchedPairs + 1];
        var others = pairs.Others;
        EnsureSlots(slots, others.Length);
        ref var sums = ref MemoryMarshal.GetArrayDataReference(_values);
        ref var touched = ref MemoryMarshal.GetReference(notNeeded);
        var bySlot = new PairWeights(by.Root, _roots, by.Weights);
        AskFor(others, by.Roots, 0);
        for (var from = 0; from < others.Length; from += PairRow.PrefetchedPairs)
        {
            next?.Prefetch(from);
            AskFor(others, by.Roots, from + PairRow.PrefetchedPairs);
            var count = Math.Min(PairRow.PrefetchedPairs, others.Length - from);
            slots.Number(others.Slice(from, count), places);
            for (; _rooted < slots.Count; _rooted++)
            {
                _roots[_rooted] = PopularityTable.RootOf(by.Roots, slots.Rows[_rooted]);
            }

            // Who is new is known already.
            var values = pairs.Values.Slice(from * PairRow.Width, count * PairRow.Width);
            _ = PairSums512.IsSupported && count == PairSums512.Pairs
                ? PairSums512.Add(places[..count], values, bySlot, ref sums, ref touched, 0)
                : PairSums.Add(places[..count], values, bySlot, ref sums, ref touched, 0);
        }
    }

    /// <summary>Where the row's sums are; negative where it has none.</summary>
    private int PlaceOf(int row) => _slots is { } slots ? slots.NumberOf(row) : row;

    private void EnsureSlots(RowSlots slots, int more)
    {
        slots.EnsureRoom(more);
        if (_roots.Length < slots.Capacity)
        {
            Array.Resize(ref _roots, slots.Capacity);
            Array.Resize(ref _values, slots.Capacity * Width);
        }
    }

    /// <summary>What was added so far goes on as it was, at other places.</summary>
    private void MoveToSlots()
    {
        var (values, touched) = (_values, _touched.AsSpan(0, _count).ToArray());
        (_values, _touched, _count) = ([], [], 0);
        _slots = new RowSlots();
        EnsureSlots(_slots, touched.Length);
        var slots = new int[touched.Length];
        _slots.Number(touched, slots);
        for (var i = 0; i < touched.Length; i++)
        {
            values.AsSpan(touched[i] * Width, Width).CopyTo(_values.AsSpan(slots[i] * Width));
        }
    }

    /// <summary>Asks for the counts that some pairs are scaled by.</summary>
    private static void AskFor(ReadOnlySpan<int> others, ReadOnlySpan<float> roots, int from)
    {
        if (from >= others.Length)
        {
            return;
        }

        foreach (var other in others.Slice(from, Math.Min(PairRow.PrefetchedPairs, others.Length - from)))
        {
            if (other < roots.Length)
            {
                CacheHint.Read(in roots[other]);
            }
        }
    }
}
