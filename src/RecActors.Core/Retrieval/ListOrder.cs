using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace RecActors.Retrieval;

/// <summary>
/// The lists of an inverted file in the order of how good a row they may have. Most searches end after a few lists, so the first ones are picked
/// out, and the rest is only put in order, in growing parts, when it is asked for. Reusable; not for concurrent use.
/// </summary>
internal sealed class ListOrder
{
    private const int Picked = 16;
    private const int FirstPart = 64;

    private readonly TopRows _first = new();
    private int[] _sums = [];
    private float[] _bounds = [];
    private ulong[] _keys = [];
    private int _lists;
    private int _next;
    private int _ordered;
    private bool _onlyFirst;

    /// <summary>Begins with a query. A list's bound is its rows' mean score and <paramref name="reach"/> times the spread of their scores.</summary>
    public void Begin(ListTable lists, IndexSpace space, EncodedQuery query, float reach)
    {
        _lists = lists.Count;
        if (_keys.Length < _lists)
        {
            (_bounds, _keys) = (new float[_lists], new ulong[_lists]);
            _sums = new int[lists.CodedCentroids.Capacity];
        }

        var bounds = _bounds.AsSpan(0, _lists);
        var sums = _sums.AsSpan(0, lists.CodedCentroids.Capacity);
        if (space.SquareFactor == 0)
        {
            BoundDots(lists, space, query, reach, sums, bounds);
        }
        else
        {
            var spreads = ArrayPool<float>.Shared.Rent(_lists);
            Describe(lists, space, query, sums, bounds, spreads.AsSpan(0, _lists));
            TensorPrimitives.MultiplyAdd(spreads.AsSpan(0, _lists), reach, bounds, bounds);
            ArrayPool<float>.Shared.Return(spreads);
        }

        PickFirst(bounds);
    }

    /// <summary>The next list and its bound; false after the last.</summary>
    /// <param name="least">Lists with a bound below it do not matter, from now on: it does not fall during a search. Most lists are told by it that need no order.</param>
    /// <param name="list">The list.</param>
    /// <param name="bound">Its bound.</param>
    public bool TryNext(float least, out int list, out float bound)
    {
        if (_next == _ordered)
        {
            OrderMore(least);
        }

        if (_next == _ordered)
        {
            (list, bound) = (-1, float.NegativeInfinity);
            return false;
        }

        var key = _keys[_next++];
        (list, bound) = (RowOrder.RowOf(key), RowOrder.ScoreOf(key));
        return true;
    }

    /// <summary>The list that comes next, or so many after it, as far as it is known without more work; −1 otherwise.</summary>
    public int Upcoming(int after = 0) => _next + after < _ordered ? RowOrder.RowOf(_keys[_next + after]) : -1;

    /// <summary>
    /// What the scores of lists' rows are like, by list: their mean, and how far they are spread. From the codes of the centroids, which are a quarter
    /// of the memory and off by less than rows are from each other.
    /// </summary>
    public static void Describe(
        ListTable lists, IndexSpace space, EncodedQuery query, Span<int> sums, Span<float> means, Span<float> spreads)
    {
        var coded = lists.CodedCentroids;
        VectorKernels.Best.CodeSums(coded.Codes, query.Code, sums);
        TensorPrimitives.Subtract(sums, query.Zero, sums);
        TensorPrimitives.ConvertTruncating<int, float>(sums[..means.Length], means);
        TensorPrimitives.Multiply(means, coded.Scales.AsSpan(0, means.Length), means);
        TensorPrimitives.Multiply(means, query.Scale, means);
        var (a, length) = (space.DotFactor, query.Length);
        if (space.SquareFactor == 0)
        {
            TensorPrimitives.Multiply(lists.Spreads, a * length, spreads);
            return;
        }

        // The part of |v|² along q − c varies with the dot product: |q − c|² is |q|² − 2 q·c + |c|².
        var square = length * length;
        TensorPrimitives.Subtract(lists.HalfNorms, means, spreads);
        TensorPrimitives.Multiply(spreads, 2, spreads);
        TensorPrimitives.Add(spreads, square, spreads);
        TensorPrimitives.Max(spreads, 0, spreads);
        TensorPrimitives.Sqrt(spreads, spreads);
        TensorPrimitives.Multiply(spreads, lists.Spreads, spreads);
        TensorPrimitives.Multiply(spreads, a, spreads);
        TensorPrimitives.Multiply(means, a, means);
        TensorPrimitives.Subtract(means, lists.MeanSquares, means);
        TensorPrimitives.Subtract(means, space.Offset(square), means);
    }

    /// <summary>What <see cref="Describe"/> leads to for similarities without |v|², in one pass: all lists are gone through for every query.</summary>
    private static void BoundDots(ListTable lists, IndexSpace space, EncodedQuery query, float reach, Span<int> sums, Span<float> bounds)
    {
        var coded = lists.CodedCentroids;
        VectorKernels.Best.CodeSums(coded.Codes, query.Code, sums);
        var (scale, spread) = (space.DotFactor * query.Scale, space.DotFactor * query.Length * reach);
        var scales = coded.Scales.AsSpan(0, bounds.Length);
        var spreads = lists.Spreads.AsSpan(0, bounds.Length);
        var list = 0;
        for (; list <= bounds.Length - Vector<float>.Count; list += Vector<float>.Count)
        {
            var dots = Vector.ConvertToSingle(new Vector<int>(sums[list..]) - new Vector<int>(query.Zero));
            ((dots * new Vector<float>(scales[list..]) * scale) + (new Vector<float>(spreads[list..]) * spread)).CopyTo(bounds[list..]);
        }

        for (; list < bounds.Length; list++)
        {
            bounds[list] = ((sums[list] - query.Zero) * scales[list] * scale) + (spreads[list] * spread);
        }
    }

    private void PickFirst(ReadOnlySpan<float> bounds)
    {
        _first.Reset(Math.Min(Picked, bounds.Length));
        var list = 0;
        for (; list <= bounds.Length - Vector<float>.Count; list += Vector<float>.Count)
        {
            if (Vector.GreaterThanAny(new Vector<float>(bounds[list..]), new Vector<float>(_first.Threshold)))
            {
                Offer(bounds, list, list + Vector<float>.Count);
            }
        }

        Offer(bounds, list, bounds.Length);
        var first = _first.Sort();
        first.CopyTo(_keys);
        (_next, _ordered, _onlyFirst) = (0, first.Length, true);
    }

    private void Offer(ReadOnlySpan<float> bounds, int from, int to)
    {
        for (var list = from; list < to; list++)
        {
            if (bounds[list] > _first.Threshold)
            {
                _first.Offer(list, bounds[list]);
            }
        }
    }

    private void OrderMore(float least)
    {
        if (_onlyFirst)
        {
            ListRest(least);
        }

        var rest = _keys.AsSpan(_ordered, _lists - _ordered);
        var part = Math.Min(rest.Length, Math.Max(FirstPart, _ordered));
        Selection.Best(rest, part);
        rest[..part].Sort();
        _ordered += part;
    }

    private void ListRest(float least)
    {
        for (var i = 0; i < _ordered; i++)
        {
            _bounds[RowOrder.RowOf(_keys[i])] = float.PositiveInfinity;
        }

        var (place, list) = (_ordered, 0);
        for (; list <= _lists - Vector<float>.Count; list += Vector<float>.Count)
        {
            if (!Vector.LessThanAll(new Vector<float>(_bounds, list), new Vector<float>(least)))
            {
                place = Keep(list, list + Vector<float>.Count, least, place);
            }
        }

        _lists = Keep(list, _lists, least, place);
        _onlyFirst = false;
    }

    /// <summary>Writes the keys of lists that may matter to a place and those behind it, and returns the next one.</summary>
    private int Keep(int from, int to, float least, int place)
    {
        for (var list = from; list < to; list++)
        {
            // Bounds that were infinite, of a query that is, are as good as any.
            if (!(_bounds[list] < least) && !float.IsPositiveInfinity(_bounds[list]))
            {
                _keys[place++] = RowOrder.KeyOf(_bounds[list], list);
            }
        }

        return place;
    }
}
