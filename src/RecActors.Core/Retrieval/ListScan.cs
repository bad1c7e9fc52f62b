using System.Numerics;
using System.Runtime.CompilerServices;

namespace RecActors.Retrieval;

/// <summary>
/// One search of an inverted file at a time: scans the codes of the lists that may matter into a pool of candidates, and scores those as the
/// exact search does. Reusable; not for concurrent use.
/// </summary>
internal sealed class ListScan
{
    /// <summary>Rows whose sums are made at once: they stay in the L1 cache.</summary>
    private const int RowsPerTurn = 256;

    /// <summary>
    /// How far an encoded score is off, in standard deviations: that of q·(v − v̂) is |q| times the step of the code / √12, for every dimension is off
    /// by up to half a step either way.
    /// </summary>
    private const float Certainty = 4;

    /// <summary>So many lists after the next one it is asked where their rows are.</summary>
    private const int FieldsAhead = 2;

    private readonly EncodedQuery _query = new();
    private readonly ListOrder _order = new();
    private readonly CandidatePool _pool = new();
    private readonly CandidateScores _scores = new();

    /// <summary>Places that the last search looked at.</summary>
    public int Scanned { get; private set; }

    /// <summary>
    /// The best rows of the lists that may have some: a list may when its mean score, and <paramref name="reach"/> times the spread of its scores,
    /// are above the worst candidate. Until there are candidates enough every list may.
    /// </summary>
    public ScoredRow[] Run<TFilter>(
        VectorTable table, ListTable lists, Similarity similarity, ReadOnlySpan<float> query, int count, float reach, ref TFilter filter)
        where TFilter : struct, IRowFilter
    {
        Scanned = 0;
        if (count <= 0)
        {
            return [];
        }

        var space = new IndexSpace(similarity, table.Dimensions);
        _query.Set(space, query);
        _pool.Reset(count);
        _order.Begin(lists, space, _query, reach);
        var coefficients = CoefficientsOf(space);
        var doubt = 0f;
        while (_order.TryNext(_pool.Worst, out var list, out var bound))
        {
            _pool.Look();
            if (bound < _pool.Worst)
            {
                break;
            }

            // Rows that are asked for have scores of at least the worst one's bound less its doubt, which is twice what the code may be off.
            var next = lists[list];
            if (_order.Upcoming() is >= 0 and var upcoming)
            {
                lists[upcoming].Prefetch();
            }

            if (_order.Upcoming(FieldsAhead) is >= 0 and var later)
            {
                lists[later].PrefetchFields();
            }

            _pool.Raise(_pool.Worst - doubt);
            doubt = MathF.Max(doubt, 2 * coefficients.ErrorOf(next.Largest));
            Scan(next, coefficients, ref filter);
        }

        return _scores.Best(table, similarity, query, _query.SquaredNorm, _pool, count);
    }

    private Coefficients CoefficientsOf(IndexSpace space)
    {
        // Of few dimensions, all may be off by half a step in the same direction, and no more than that.
        var step = MathF.Min(Certainty / MathF.Sqrt(12), MathF.Sqrt(space.Dimensions) / 2);
        var a = space.DotFactor;
        return new(
            _query.Zero, a * _query.Scale, a * _query.Length * step, a * _query.Scale * step, space.SquareFactor, space.Offset(_query.SquaredNorm));
    }

    [SkipLocalsInit]
    private void Scan<TFilter>(InvertedList list, in Coefficients query, ref TFilter filter)
        where TFilter : struct, IRowFilter
    {
        Span<int> buffer = stackalloc int[RowsPerTurn];
        Span<float> bounds = stackalloc float[RowsPerTurn];
        var code = _query.Code;
        var count = list.Count;
        Scanned += count;
        for (var from = 0; from < count; from += RowsPerTurn)
        {
            var rows = Math.Min(RowsPerTurn, count - from);
            var whole = (rows + CodeTiles.Rows - 1) / CodeTiles.Rows * CodeTiles.Rows;
            var sums = buffer[..whole];
            VectorKernels.Best.CodeSums(list.Codes.AsSpan(from * code.Length, whole * code.Length), code, sums);
            query.Bounds(sums, list.Scales.AsSpan(from, whole), list.Lengths.AsSpan(from, whole), bounds);
            for (var index = 0; index < rows; index += Vector<float>.Count)
            {
                if (Vector.GreaterThanAny(new Vector<float>(bounds[index..]), new Vector<float>(_pool.Threshold)))
                {
                    Offer(list, from, bounds, index, Math.Min(rows, index + Vector<float>.Count), ref filter);
                }
            }
        }
    }

    private void Offer<TFilter>(InvertedList list, int from, ReadOnlySpan<float> bounds, int index, int end, ref TFilter filter)
        where TFilter : struct, IRowFilter
    {
        for (; index < end; index++)
        {
            if (bounds[index] > _pool.Threshold
                && Volatile.Read(ref list.Rows[from + index]) is not InvertedList.Tombstone and var row
                && filter.Accepts(row))
            {
                _pool.Add(row, bounds[index]);
            }
        }
    }

    /// <summary>Upper bounds of scores from sums of codes.</summary>
    private readonly record struct Coefficients(int Zero, float Scale, float ScaleError, float LengthError, float SquareFactor, float Offset)
    {
        /// <summary>How far the score of a row of such a scale and length may be off.</summary>
        public float ErrorOf((float Scale, float Length) row) => (ScaleError * row.Scale) + (LengthError * row.Length);

        public void Bounds(ReadOnlySpan<int> sums, ReadOnlySpan<float> scales, ReadOnlySpan<float> lengths, Span<float> bounds)
        {
            var (zero, scale, scaleError) = (new Vector<int>(Zero), new Vector<float>(Scale), new Vector<float>(ScaleError));
            var (lengthError, square, offset) = (new Vector<float>(LengthError), new Vector<float>(SquareFactor), new Vector<float>(Offset));
            for (var index = 0; index < sums.Length; index += Vector<float>.Count)
            {
                var length = new Vector<float>(lengths[index..]);
                var dots = (Vector.ConvertToSingle(new Vector<int>(sums[index..]) - zero) * scale) + scaleError;
                ((dots * new Vector<float>(scales[index..])) + (length * (lengthError - (square * length))) - offset).CopyTo(bounds[index..]);
            }
        }
    }
}
