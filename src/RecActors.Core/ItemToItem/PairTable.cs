using System.Buffers;
using System.Runtime.Intrinsics;

namespace RecActors.ItemToItem;

/// <summary>
/// The pairs of all items under two limits: per item, and over all. A pair is held by both of its items, each for itself. Locks are
/// striped by row and never nested. Safe for concurrent use.
/// </summary>
internal sealed class PairTable(ItemStatisticsOptions options, PopularityTable popularity)
{
    private const int Stripes = 128;

    /// <summary>A full row is pruned to this share of its limit: the rest is what newcomers have to prove themselves in.</summary>
    private const double PrunedShare = 0.5;

    /// <summary>Over the budget, this share of it is set free at once, so that sweeps are rare.</summary>
    private const double FreedShare = 1d / 32;

    /// <summary>Rows looked at to find what is weak.</summary>
    private const int SampledRows = 256;

    /// <summary>The weakest share of all pairs, from which a sweep takes.</summary>
    private const double WeakShare = 0.1;

    private readonly Lock[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new Lock())];
    private readonly RowBlocks<PairRow?> _rows = new();
    private readonly Lock _sweep = new();
    private long _pairs;
    private int _hand;

    /// <summary>Pairs of all rows, without those that are put off.</summary>
    public long Pairs => Volatile.Read(ref _pairs);

    /// <summary>Rows below it may have pairs.</summary>
    public int Capacity => _rows.Capacity;

    /// <summary>Held while a row of <see cref="RowOrNull"/> is read.</summary>
    public Lock StripeOf(int row) => _stripes[row & (Stripes - 1)];

    /// <summary>The row's pairs, under its stripe's lock, with all that was added.</summary>
    public PairRow? RowOrNull(int row)
    {
        var pairs = _rows.Get(row);
        if (pairs is { Late: > 0 })
        {
            Interlocked.Add(ref _pairs, pairs.Settle());
        }

        return pairs;
    }

    /// <summary>The row's pairs without the lock, for hints only: what they say may change at any moment.</summary>
    public PairRow? Peek(int row) => row < 0 ? null : _rows.Get(row);

    /// <summary>Adds increments to both items of each; those of one action share their target, which is then locked once.</summary>
    public void Add(ReadOnlySpan<PairIncrement> increments)
    {
        for (var from = 0; from < increments.Length; from += PairSearch.Together)
        {
            AddTogether(increments.Slice(from, Math.Min(PairSearch.Together, increments.Length - from)));
        }

        if (Pairs > options.MaxPairs)
        {
            Sweep();
        }
    }

    /// <summary>The row for loading, when it has no pairs yet.</summary>
    public void Restore(int row, PairRow pairs)
    {
        lock (StripeOf(row))
        {
            _rows.Slot(row) = pairs;
            var held = pairs.Count;
            Interlocked.Add(ref _pairs, held - PruneFull(row, pairs));
        }

        if (Pairs > options.MaxPairs)
        {
            Sweep();
        }
    }

    public void Clear()
    {
        for (var row = 0; row < Capacity; row++)
        {
            lock (StripeOf(row))
            {
                if (_rows.Get(row) is { } pairs)
                {
                    Interlocked.Add(ref _pairs, -pairs.Count);
                    _rows.Slot(row) = null;
                }
            }
        }
    }

    private void AddTogether(ReadOnlySpan<PairIncrement> increments)
    {
        Span<int> places = stackalloc int[PairSearch.Together];
        var grown = 0;
        PairSearch.Guess(_rows, increments, amongTargets: false, options.MaxPairsPerItem, places);
        for (var i = 0; i < increments.Length; i++)
        {
            lock (StripeOf(increments[i].Source))
            {
                grown += AddSource(increments[i], places[i]);
            }
        }

        PairSearch.Guess(_rows, increments, amongTargets: true, options.MaxPairsPerItem, places);
        for (var i = 0; i < increments.Length;)
        {
            var target = increments[i].Target;
            lock (StripeOf(target))
            {
                for (; i < increments.Length && increments[i].Target == target; i++)
                {
                    grown += AddTarget(increments[i], places[i]);
                }
            }
        }

        // Once for all: it is shared by all processors.
        Interlocked.Add(ref _pairs, grown);
    }

    /// <summary>Returns by how many pairs there are more.</summary>
    private int AddSource(in PairIncrement increment, int guess)
    {
        var row = _rows.Slot(increment.Source) ??= new PairRow();
        row.OutMass += increment.Transition;
        row.NextMass += increment.Next;
        return Add(increment.Source, row, increment.Target, Vector128.Create(increment.Transition, 0, increment.Next, increment.Cooccurrence), guess);
    }

    /// <inheritdoc cref="AddSource"/>
    private int AddTarget(in PairIncrement increment, int guess)
    {
        var row = _rows.Slot(increment.Target) ??= new PairRow();
        row.InMass += increment.Transition;
        return Add(increment.Target, row, increment.Source, Vector128.Create(0, increment.Transition, 0, increment.Cooccurrence), guess);
    }

    /// <summary>Adds now or later. What could fill the row is added now, so that a full row is pruned by what is popular then, whatever was put off.</summary>
    private int Add(int row, PairRow pairs, int other, Vector128<float> added, int guess)
    {
        if (pairs.TryPutOff(other, added, options.MaxPairsPerItem))
        {
            return 0;
        }

        var grown = 0;
        if (pairs.Late > 0)
        {
            grown = pairs.Settle();
            if (pairs.TryPutOff(other, added, options.MaxPairsPerItem))
            {
                return grown;
            }
        }

        return grown + (pairs.Add(other, added, guess) ? 1 - PruneFull(row, pairs) : 0);
    }

    /// <summary>Keeps the pairs that score best, relative to how popular the other item is, so that a new item is not crowded out by old ones.</summary>
    /// <returns>How many went.</returns>
    private int PruneFull(int row, PairRow pairs)
    {
        if (pairs.Count <= options.MaxPairsPerItem)
        {
            return 0;
        }

        var strengths = ArrayPool<float>.Shared.Rent(pairs.Count);
        var roots = popularity.Roots;
        var root = PopularityTable.RootOf(roots, row);
        for (var index = 0; index < pairs.Count; index++)
        {
            strengths[index] = pairs.Evidence(index) / CosineScale.Of(root, PopularityTable.RootOf(roots, pairs.Others[index]));
        }

        var dropped = pairs.Prune(strengths, Math.Max(1, (int)(options.MaxPairsPerItem * PrunedShare)));
        ArrayPool<float>.Shared.Return(strengths);
        return dropped;
    }

    /// <summary>
    /// Frees a share of the budget, going around all rows and dropping pairs whose evidence is among the weakest. Writers that come
    /// meanwhile wait: otherwise they would outrun it.
    /// </summary>
    private void Sweep()
    {
        lock (_sweep)
        {
            var goal = options.MaxPairs - (long)(options.MaxPairs * FreedShare);
            while (Pairs > options.MaxPairs)
            {
                var bound = WeakBound();
                for (var visited = 0; visited < Capacity && Pairs > goal; visited++)
                {
                    _hand = _hand + 1 < Capacity ? _hand + 1 : 0;
                    lock (StripeOf(_hand))
                    {
                        if (RowOrNull(_hand) is { } pairs)
                        {
                            var most = (int)Math.Min(int.MaxValue, Pairs - goal);
                            Interlocked.Add(ref _pairs, -pairs.DropWeak(bound, most));
                        }
                    }
                }
            }
        }
    }

    private float WeakBound()
    {
        var evidence = new List<float>();
        var stride = Math.Max(1, Capacity / SampledRows);
        for (var row = _hand % stride; row < Capacity; row += stride)
        {
            Sample(row, evidence);
        }

        // A sparse table may have no row at the stride.
        for (var row = 0; row < Capacity && evidence.Count == 0; row++)
        {
            Sample(row, evidence);
        }

        evidence.Sort();
        return evidence.Count == 0 ? float.PositiveInfinity : evidence[(int)(evidence.Count * WeakShare)];
    }

    private void Sample(int row, List<float> evidence)
    {
        lock (StripeOf(row))
        {
            var pairs = RowOrNull(row);
            for (var index = 0; index < (pairs?.Count ?? 0); index++)
            {
                evidence.Add(pairs!.Evidence(index));
            }
        }
    }
}
