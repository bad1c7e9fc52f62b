using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.ItemToItem;

/// <summary>
/// The learned item-to-item weights that a history's positive items give, summed: over all of them, and faded. A history of four
/// hundred items gives two hundred thousand weights, so the sums move with it: what is new is added, what is gone subtracted, and what has aged out of step corrected,
/// in double precision, in which that leaves no trace in a float. Kept by the model's places, dense. One query at a time; not safe for
/// concurrent use.
/// </summary>
public sealed class LinearItemScores
{
    /// <summary>New items beyond which a history counts as another one.</summary>
    private const int MaxPushes = 16;

    /// <summary>What has faded below this share of the newest item's does not show in the digits of a float.</summary>
    private const double Negligible = 1e-8;

    /// <summary>The faded sums are kept without the fading that all of them have in common, until it is as much as this.</summary>
    private const double LeastScale = 1e-100;

    private LinearItems? _owner;
    private float _decay;
    private int _horizon;
    private double[] _even = [];
    private double[] _faded = [];
    private double _scale = 1;
    private List<int> _newestFirst = [];
    private List<int> _next = [];
    private readonly List<int> _gone = [];

    /// <summary>The row's sum over the whole history; 0 when nothing was added.</summary>
    public float Even(int row) => _owner?.PlaceOf(row) is >= 0 and var place ? (float)_even[place] : 0;

    /// <summary>The row's faded sum; 0 when nothing was added.</summary>
    public float Faded(int row) => _owner?.PlaceOf(row) is >= 0 and var place ? (float)(_faded[place] * _scale) : 0;

    /// <summary>Writes the rows with the highest positive sums over the whole history, best first and ties by row, and returns how many.</summary>
    public int Top(Span<int> rows, Predicate<int> accepts)
    {
        ArgumentNullException.ThrowIfNull(accepts);
        return Top(rows, new PredicateRows(accepts), new BestRows());
    }

    /// <summary>The same with room for the best that is used again.</summary>
    internal int Top<TFilter>(Span<int> rows, TFilter accepts, BestRows top)
        where TFilter : struct, IRowFilter
    {
        top.Reset(rows.Length);
        var place = 0;
        for (; place <= _even.Length - Vector512<double>.Count; place += Vector512<double>.Count)
        {
            // Nearly all of them end here. What rounds up to the bound must pass, so it is compared as the float that it becomes.
            var sums = Vector512.LoadUnsafe(ref _even[place]);
            var scores = Vector256.Narrow(sums.GetLower(), sums.GetUpper());
            var bound = Vector256.Create(Math.Max(top.Threshold, float.Epsilon));
            for (var above = Vector256.GreaterThanOrEqual(scores, bound).ExtractMostSignificantBits(); above != 0; above &= above - 1)
            {
                Offer(place + BitOperations.TrailingZeroCount(above), accepts, top);
            }
        }

        for (; place < _even.Length; place++)
        {
            Offer(place, accepts, top);
        }

        return top.CopyRows(rows);
    }

    private void Offer<TFilter>(int place, TFilter accepts, BestRows top)
        where TFilter : struct, IRowFilter
    {
        var score = (float)_even[place];
        if (score > 0 && score >= top.Threshold && _owner!.RowOf(place) is var row && accepts.Accepts(row))
        {
            top.Offer(row, score);
        }
    }

    /// <summary>Makes all sums 0.</summary>
    public void Clear()
    {
        Array.Clear(_even);
        Array.Clear(_faded);
        _newestFirst.Clear();
    }

    /// <summary>Makes the sums those of this history.</summary>
    internal void MoveTo(LinearItems owner, float decay, ReadOnlySpan<HistoryItem> newestFirst)
    {
        if (!ReferenceEquals(_owner, owner) || _decay != decay)
        {
            (_owner, _decay) = (owner, decay);
            _horizon = decay is > 0 and < 1 ? (int)Math.Ceiling(Math.Log(Negligible) / Math.Log(decay)) : decay == 0 ? 1 : int.MaxValue;
            (_even, _faded, _scale) = (new double[owner.Count], new double[owner.Count], 1);
            _newestFirst.Clear();
        }

        _next.Clear();
        foreach (var item in newestFirst)
        {
            if (item.Polarity == Polarity.Positive)
            {
                _next.Add(item.Row);
            }
        }

        var pushes = CountPushes();
        if (pushes < 0)
        {
            SumAll(owner);
        }
        else
        {
            Move(owner, pushes);
        }

        (_newestFirst, _next) = (_next, _newestFirst);
    }

    /// <summary>How many of the newest items, put in front of the old history, make the new one; −1 when none do. Leaves what is gone then.</summary>
    private int CountPushes()
    {
        for (var pushes = 0; pushes <= Math.Min(MaxPushes, _next.Count) && _newestFirst.Count > 0; pushes++)
        {
            if (Continues(pushes))
            {
                return pushes;
            }
        }

        return -1;
    }

    private bool Continues(int pushes)
    {
        _gone.Clear();
        var old = 0;
        for (var age = pushes; age < _next.Count; age++, old++)
        {
            while (old < _newestFirst.Count && _newestFirst[old] != _next[age] && _next.IndexOf(_newestFirst[old], 0, pushes) >= 0)
            {
                _gone.Add(old++);
            }

            if (old == _newestFirst.Count || _newestFirst[old] != _next[age])
            {
                return false;
            }
        }

        for (; old < _newestFirst.Count; old++)
        {
            _gone.Add(old);
        }

        // Cheaper anew where most is gone.
        return _gone.Count + pushes <= (_next.Count / 2) + 1;
    }

    private void Move(LinearItems owner, int pushes)
    {
        foreach (var age in _gone)
        {
            AddEven(owner, _newestFirst[age], -1);
        }

        for (var push = pushes - 1; push >= 0; push--)
        {
            AddEven(owner, _next[push], 1);
        }

        MoveFaded(owner, pushes);
    }

    /// <summary>
    /// The items between two that are gone have all aged alike, by as many as were pushed less those gone before them. The largest such part fades at once, by the
    /// scale; what is left is to correct the others: an item that is acted on again leaves its place, and only those newer than it have aged. Where more is gone
    /// than is new, some have become younger, and what had faded past the horizon would be missing: then all are summed anew.
    /// </summary>
    private void MoveFaded(LinearItems owner, int pushes)
    {
        var reach = Math.Min(_newestFirst.Count, _horizon);
        var (largest, size) = (0, -1);
        for (var part = 0; part <= _gone.Count; part++)
        {
            var length = EndOf(part) - StartOf(part);
            (largest, size) = length > size ? (part, length) : (largest, size);
        }

        var aged = pushes - largest;
        var comeBack = _gone.Count > pushes && _newestFirst.Count > _horizon;
        if (_decay == 0 || aged < 0 || comeBack || pushes + reach - size >= Math.Min(_next.Count, _horizon))
        {
            SumFaded(owner);
            return;
        }

        _scale *= Math.Pow(_decay, aged);
        for (var part = 0; part <= _gone.Count; part++)
        {
            for (var age = StartOf(part); age < EndOf(part) && part != largest; age++)
            {
                AddFaded(owner, _newestFirst[age], Math.Pow(_decay, age + pushes - part) - Math.Pow(_decay, age + aged));
            }

            if (part < _gone.Count && _gone[part] < reach)
            {
                AddFaded(owner, _newestFirst[_gone[part]], -Math.Pow(_decay, _gone[part] + aged));
            }
        }

        for (var age = 0; age < pushes; age++)
        {
            AddFaded(owner, _next[age], Math.Pow(_decay, age));
        }

        if (_scale < LeastScale)
        {
            TensorPrimitives.Multiply(_faded, _scale, _faded);
            _scale = 1;
        }

        int StartOf(int part) => Math.Min(reach, part == 0 ? 0 : _gone[part - 1] + 1);

        int EndOf(int part) => Math.Min(reach, part == _gone.Count ? reach : _gone[part]);
    }

    private void SumAll(LinearItems owner)
    {
        Array.Clear(_even);
        for (var age = _next.Count - 1; age >= 0; age--)
        {
            AddEven(owner, _next[age], 1);
        }

        SumFaded(owner);
    }

    private void SumFaded(LinearItems owner)
    {
        Array.Clear(_faded);
        _scale = 1;
        var weight = 1d;
        for (var age = 0; age < Math.Min(_next.Count, _horizon); age++)
        {
            AddFaded(owner, _next[age], weight);
            weight *= _decay;
        }
    }

    private void AddEven(LinearItems owner, int row, double weight) => Add(owner, row, weight, _even);

    private void AddFaded(LinearItems owner, int row, double weight) => Add(owner, row, weight / _scale, _faded);

    private static void Add(LinearItems owner, int row, double weight, double[] sums)
    {
        if (owner.PlaceOf(row) is >= 0 and var place)
        {
            var to = owner.TargetsOf(place);
            var by = owner.WeightsOf(place);
            for (var i = 0; i < to.Length; i++)
            {
                sums[to[i]] += weight * by[i];
            }
        }
    }
}
