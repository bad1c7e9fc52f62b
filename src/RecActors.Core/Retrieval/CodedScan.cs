using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RecActors.Ranking;

namespace RecActors.Retrieval;

/// <summary>
/// The exact search of a table that fits the caches as bytes but not as floats: bounds of all scores from the codes, then the exact scores of those rows
/// that may be among the best. The answer is that of <see cref="ExactRetriever"/>'s scan, to the last bit. One query at a time; not safe for concurrent use.
/// </summary>
internal ref struct CodedScan<TFilter>
    where TFilter : struct, IRowFilter
{
    /// <summary>Bounds that the first cut is guessed from.</summary>
    private const int Samples = 512;

    /// <summary>The guess aims at more rows than are asked for, since samples stray: another pass costs more than some scores. With too few it aims at twice as many.</summary>
    private const float Margin = 1.6f;

    /// <summary>Samples beyond that, for when few are wanted.</summary>
    private const int LeastSamples = 3;

    /// <summary>So often is the range of the samples halved: to within a thousandth of a bound.</summary>
    private const int Halvings = 20;

    /// <summary>Rows scored at once, while the vectors of all of them are on their way.</summary>
    private const int Batch = 32;

    private readonly VectorTable _table;
    private readonly Similarity _similarity;
    private readonly ReadOnlySpan<float> _query;
    private readonly float _squaredNorm;
    private readonly BestRows _best;
    private readonly TFilter _filter;

    private CodedScan(VectorTable table, Similarity similarity, ReadOnlySpan<float> query, float squaredNorm, TFilter filter, BestRows best)
    {
        (_table, _similarity, _squaredNorm, _filter, _best) = (table, similarity, squaredNorm, filter, best);
        _query = query;
    }

    /// <summary>The best rows below a number of them, best first.</summary>
    public static ScoredRow[] Search(VectorTable table, ReadOnlySpan<float> query, float squaredNorm, Similarity similarity, int rows, int count, TFilter filter)
    {
        var bounds = ArrayPool<float>.Shared.Rent(rows);
        var best = BestRows.Borrow();
        try
        {
            return new CodedScan<TFilter>(table, similarity, query, squaredNorm, filter, best).Run(bounds.AsSpan(0, rows), count);
        }
        finally
        {
            best.Return();
            ArrayPool<float>.Shared.Return(bounds);
        }
    }

    [SkipLocalsInit]
    private ScoredRow[] Run(Span<float> bounds, int count)
    {
        Bound(bounds);
        _best.Reset(count);
        Span<float> samples = stackalloc float[Samples];
        var stride = Math.Max(1, bounds.Length / Samples);
        samples = samples[..Sample(bounds, stride, samples)];
        var (cut, worst) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var margin = Margin; float.IsNegativeInfinity(worst) && !float.IsNegativeInfinity(cut); margin *= 2)
        {
            var lower = Cut(samples, (int)(margin * count / stride) + LeastSamples);
            Score(bounds, lower, cut);
            (cut, worst) = (lower, _best.Worst());
        }

        // Every row that is left out then has a score below the worst of the best so far, however the guess was.
        if (worst < cut)
        {
            Score(bounds, worst, cut);
        }

        return _best.ToSortedArray();
    }

    private readonly void Bound(Span<float> bounds)
    {
        Span<sbyte> code = stackalloc sbyte[CodeTiles.BytesOf(_query.Length)];
        var query = new CodedQuery(_query, _squaredNorm, code);
        var blocks = _table.Blocks(bounds.Length);
        for (var index = 0; index < blocks.Length; index++)
        {
            var block = Volatile.Read(in blocks[index]);
            var first = index * VectorTable.BlockRows;
            var ofBlock = bounds[first..Math.Min(bounds.Length, first + VectorTable.BlockRows)];
            var codes = block.Codes(ofBlock.Length);
            query.BoundCosines(codes, ofBlock);
            if (_similarity == Similarity.DotProduct)
            {
                query.ToDots(codes, ofBlock);
            }
        }
    }

    /// <summary>
    /// A bound that so many of the samples reach, and not many more; −∞ when there are fewer, so that all rows may be needed. By halving what it may be, as
    /// integers: counting takes a few samples at a time and has no branch that a processor could guess wrong, as a selection has.
    /// </summary>
    private static float Cut(ReadOnlySpan<float> samples, int wanted)
    {
        if (wanted > samples.Length)
        {
            return float.NegativeInfinity;
        }

        var (best, worst) = (RowOrder.KeyOf(TensorPrimitives.Max(samples), 0), RowOrder.KeyOf(TensorPrimitives.Min(samples), 0));
        for (var step = 0; step < Halvings && best < worst; step++)
        {
            var middle = best + ((worst - best) / 2);
            (best, worst) = CountFrom(RowOrder.ScoreOf(middle), samples) >= wanted ? (best, middle) : (middle + 1, worst);
        }

        return RowOrder.ScoreOf(worst);
    }

    private static int CountFrom(float bound, ReadOnlySpan<float> samples)
    {
        var (counts, from) = (Vector<int>.Zero, new Vector<float>(bound));
        var place = 0;
        for (; place <= samples.Length - Vector<float>.Count; place += Vector<float>.Count)
        {
            counts -= Vector.GreaterThanOrEqual(new Vector<float>(samples[place..]), from);
        }

        var count = Vector.Sum(counts);
        foreach (var sample in samples[place..])
        {
            count += sample >= bound ? 1 : 0;
        }

        return count;
    }

    /// <summary>Takes the bounds of some accepted rows, and returns how many.</summary>
    private readonly int Sample(ReadOnlySpan<float> bounds, int stride, Span<float> samples)
    {
        var taken = 0;
        for (var row = 0; row < bounds.Length && taken < Samples; row += stride)
        {
            if (float.IsFinite(bounds[row]) && _filter.Accepts(row))
            {
                samples[taken++] = bounds[row];
            }
        }

        return taken;
    }

    /// <summary>Scores the accepted rows whose bounds are in a range.</summary>
    [SkipLocalsInit]
    private void Score(ReadOnlySpan<float> bounds, float from, float below)
    {
        Span<int> batch = stackalloc int[Batch];
        var taken = 0;

        // Rows without a vector are at −∞ and stay out.
        var least = Math.Max(from, float.MinValue);
        var row = 0;
        for (; row <= bounds.Length - Vector256<float>.Count; row += Vector256<float>.Count)
        {
            var some = Vector256.Create<float>(bounds.Slice(row, Vector256<float>.Count));
            var within = Vector256.GreaterThanOrEqual(some, Vector256.Create(least)) & Vector256.LessThan(some, Vector256.Create(below));
            for (var left = within.ExtractMostSignificantBits(); left != 0; left &= left - 1)
            {
                Take(row + BitOperations.TrailingZeroCount(left), batch, ref taken);
            }
        }

        for (; row < bounds.Length; row++)
        {
            if (bounds[row] >= least && bounds[row] < below)
            {
                Take(row, batch, ref taken);
            }
        }

        Flush(batch[..taken]);
    }

    private void Take(int row, scoped Span<int> batch, scoped ref int taken)
    {
        if (!_filter.Accepts(row))
        {
            return;
        }

        _table.Prefetch(row);
        batch[taken++] = row;
        if (taken == batch.Length)
        {
            Flush(batch);
            taken = 0;
        }
    }

    [SkipLocalsInit]
    private readonly void Flush(scoped ReadOnlySpan<int> batch)
    {
        Span<float> scores = stackalloc float[Batch];
        Span<float> norms = stackalloc float[Batch];
        for (var i = 0; i < batch.Length; i++)
        {
            scores[i] = VectorKernels.Best.Dot(_query, _table.Row(batch[i], out norms[i]));
        }

        SimilarityScore.FromDots(_similarity, scores[..batch.Length], _squaredNorm, norms[..batch.Length]);
        for (var i = 0; i < batch.Length; i++)
        {
            // A row may have lost its vector since its bound was made.
            if (norms[i] > 0 && scores[i] >= _best.Threshold)
            {
                _best.Offer(batch[i], scores[i]);
            }
        }
    }
}
