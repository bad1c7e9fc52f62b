using System.Runtime.CompilerServices;
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
    private const int Width = 8;
    private const int Mark = 6;

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
    /// Collects the rows with the highest positive slow transitions, and those with the highest positive slow co-occurrence, in one pass:
    /// all signals of a row are compared with the worst kept scores at once, and almost every row ends there. Where many rows are touched some of them say first
    /// from where on it is worth to look.
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
        const int Transition = (int)ItemToItemSignal.TransitionSlow;
        const int Cooccurrence = (int)ItemToItemSignal.CooccurrenceSlow;
        var (transitionBound, cooccurrenceBound) = (transitions.Threshold, cooccurrences.Threshold);
        var bounds = BoundsOf(transitionBound, cooccurrenceBound);
        ref var values = ref MemoryMarshal.GetArrayDataReference(_values);
        var inOrder = IsDense;
        var touched = Touched;
        var count = inOrder ? _touched.Length - 1 : touched.Length;
        for (var i = 0; i < count; i += stride)
        {
            var row = inOrder ? i : touched[i];
            var scores = Vector256.LoadUnsafe(ref values, (nuint)row * Width);
            var enters = Vector256.GreaterThanOrEqual(scores, bounds).ExtractMostSignificantBits();
            if (enters == 0 || !accepts.Accepts(row))
            {
                continue;
            }

            if ((enters & (1 << Transition)) != 0)
            {
                transitions.Offer(row, scores[Transition]);
            }

            if ((enters & (1 << Cooccurrence)) != 0)
            {
                cooccurrences.Offer(row, scores[Cooccurrence]);
            }

            if (transitions.Threshold > transitionBound || cooccurrences.Threshold > cooccurrenceBound)
            {
                (transitionBound, cooccurrenceBound) = (transitions.Threshold, cooccurrences.Threshold);
                bounds = BoundsOf(transitionBound, cooccurrenceBound);
            }
        }

        // The floors are positive: zeros stay out. No other signal ever enters.
        Vector256<float> BoundsOf(float transition, float cooccurrence) => Vector256.Create(float.PositiveInfinity)
            .WithElement(Transition, Math.Max(transition, transitionFloor))
            .WithElement(Cooccurrence, Math.Max(cooccurrence, cooccurrenceFloor));
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
            foreach (var row in Touched)
            {
                _values.AsSpan(row * Width, Width).Clear();
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
    /// <param name="root">√count of the item.</param>
    /// <param name="roots">√count by row.</param>
    /// <param name="transitionWeights">Weights of transitions out (fast, slow), of next ones and of those in both directions.</param>
    /// <param name="fast">Weight of the co-occurrence in the fast signal.</param>
    /// <param name="slow">And in the slow one.</param>
    /// <param name="next">The pairs that will be added next: they are asked for meanwhile.</param>
    internal void AddAll(
        PairRow pairs, float root, ReadOnlySpan<float> roots, Vector128<float> transitionWeights, float fast, float slow, PairRow? next)
    {
        ref var values = ref MemoryMarshal.GetReference(pairs.Values);
        ref var sums = ref MemoryMarshal.GetArrayDataReference(_values);

        // The third of the upper four marks the row as touched.
        var weights = Vector128.Create(fast, slow, 0, 0);
        var mark = Vector128.Create(0f, 0, 1, 0);
        var others = pairs.Others;
        CheckCapacity(pairs);
        ref var touched = ref MemoryMarshal.GetArrayDataReference(_touched);
        var count = _count;
        var isCached = _touched.Length <= CachedRows;
        AskFor(others, roots, 0, isCached);
        for (var index = 0; index < others.Length; index++)
        {
            if (index % PairRow.PrefetchedPairs == 0)
            {
                next?.Prefetch(index);
                AskFor(others, roots, index + PairRow.PrefetchedPairs, isCached);
            }

            var pair = Vector128.LoadUnsafe(ref values, (nuint)(index * PairRow.Width));
            var other = others[index];
            var cosine = pair[PairRow.Cooccurrence] / CosineScale.Of(root, PopularityTable.RootOf(roots, other));

            // To (out, out, next, out + in), the order of the signals.
            var transitions = Vector128.Shuffle(pair, Vector128.Create(PairRow.Out, PairRow.Out, PairRow.Next, PairRow.Out))
                + Vector128.Create(0, 0, 0, pair[PairRow.In]);
            var added = Vector256.Create(transitions * transitionWeights, (Vector128.Create(cosine) * weights) + mark);
            ref var place = ref Unsafe.Add(ref sums, other * Width);

            // Written in any case, and kept when it is new: a branch here is guessed wrong too often.
            Unsafe.Add(ref touched, count) = other;
            count += Unsafe.Add(ref place, Mark) == 0 ? 1 : 0;
            (Vector256.LoadUnsafe(ref place) + added).StoreUnsafe(ref place);
        }

        _count = count;
    }

    /// <summary>The same for the two signals of co-occurrence alone.</summary>
    internal void AddCooccurrences(PairRow pairs, float root, ReadOnlySpan<float> roots, float fast, float slow, PairRow? next)
    {
        ref var values = ref MemoryMarshal.GetReference(pairs.Values);
        var others = pairs.Others;
        for (var index = 0; index < others.Length; index++)
        {
            if (index % PairRow.PrefetchedPairs == 0)
            {
                next?.Prefetch(index);
            }

            var cooccurrence = Unsafe.Add(ref values, (index * PairRow.Width) + PairRow.Cooccurrence);
            if (cooccurrence > 0)
            {
                var other = others[index];
                var cosine = cooccurrence / CosineScale.Of(root, PopularityTable.RootOf(roots, other));
                ref var place = ref Touch(other);
                Unsafe.Add(ref place, (int)ItemToItemSignal.CooccurrenceFast) += fast * cosine;
                Unsafe.Add(ref place, (int)ItemToItemSignal.CooccurrenceSlow) += slow * cosine;
            }
        }
    }

    /// <summary>Asks for what some pairs will be added to, and for the counts that they are scaled by.</summary>
    private void AskFor(ReadOnlySpan<int> others, ReadOnlySpan<float> roots, int from, bool isCached)
    {
        if (isCached || from >= others.Length)
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

    /// <summary>Stands for the bounds checks of what is added by reference.</summary>
    private void CheckCapacity(PairRow pairs) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pairs.MaxOther, _touched.Length - 1, nameof(pairs));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref float Touch(int row)
    {
        ref var place = ref _values[row * Width];
        if (Unsafe.Add(ref place, Mark) == 0)
        {
            Unsafe.Add(ref place, Mark) = 1;
            _touched[_count++] = row;
        }

        return ref place;
    }
}
