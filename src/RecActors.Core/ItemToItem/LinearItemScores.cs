using System.Numerics.Tensors;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.ItemToItem;

/// <summary>
/// The learned item-to-item weights that a history's positive items give, summed: over all of them, and faded. A history of four
/// hundred items gives two hundred thousand weights, so the sums move with it: what is new is added and what is gone subtracted,
/// in double precision, in which that leaves no trace in a float. Kept by the model's places, dense. One query at a time; not safe for
/// concurrent use.
/// </summary>
public sealed class LinearItemScores
{
    /// <summary>New items beyond which a history counts as another one.</summary>
    private const int MaxPushes = 16;

    /// <summary>What has faded below this share of the newest item's does not show in the digits of a float.</summary>
    private const double Negligible = 1e-8;

    private LinearItems? _owner;
    private float _decay;
    private int _horizon;
    private double[] _even = [];
    private float[] _faded = [];
    private List<int> _newestFirst = [];
    private List<int> _next = [];
    private readonly List<int> _gone = [];

    /// <summary>The row's sum over the whole history; 0 when nothing was added.</summary>
    public float Even(int row) => _owner?.PlaceOf(row) is >= 0 and var place ? (float)_even[place] : 0;

    /// <summary>The row's faded sum; 0 when nothing was added.</summary>
    public float Faded(int row) => _owner?.PlaceOf(row) is >= 0 and var place ? _faded[place] : 0;

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
        for (var place = 0; place < _even.Length; place++)
        {
            var score = (float)_even[place];
            if (score > 0 && score >= top.Threshold && _owner!.RowOf(place) is var row && accepts.Accepts(row))
            {
                top.Offer(row, score);
            }
        }

        return top.CopyRows(rows);
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
            (_even, _faded) = (new double[owner.Count], new float[owner.Count]);
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

        // An item that leaves its place makes those before it younger; past the horizon nothing of that shows.
        if (_gone.Count > 0 && _gone[0] < _horizon)
        {
            SumFaded(owner);
            return;
        }

        for (var push = pushes - 1; push >= 0; push--)
        {
            Fade(owner, _next[push]);
        }
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

    /// <summary>From the oldest that shows, as pushing them one by one does, so that both come to the same digits.</summary>
    private void SumFaded(LinearItems owner)
    {
        Array.Clear(_faded);
        for (var age = Math.Min(_next.Count, _horizon) - 1; age >= 0; age--)
        {
            Fade(owner, _next[age]);
        }
    }

    private void Fade(LinearItems owner, int row)
    {
        TensorPrimitives.Multiply(_faded, _decay, _faded);
        if (owner.PlaceOf(row) is >= 0 and var place)
        {
            var to = owner.TargetsOf(place);
            var by = owner.WeightsOf(place);
            var faded = _faded;
            for (var i = 0; i < to.Length; i++)
            {
                faded[to[i]] += by[i];
            }
        }
    }

    private void AddEven(LinearItems owner, int row, double sign)
    {
        if (owner.PlaceOf(row) is >= 0 and var place)
        {
            var to = owner.TargetsOf(place);
            var by = owner.WeightsOf(place);
            var even = _even;
            for (var i = 0; i < to.Length; i++)
            {
                even[to[i]] += sign * by[i];
            }
        }
    }
}
