namespace RecActors.Retrieval;

/// <summary>
/// The rows that may turn out to be the best, by upper bounds of their scores: twice as many as are asked for, because the order of bounds is
/// not that of scores. Rows are put down unsorted and selected when the buffer is full, which costs less than a heap.
/// </summary>
internal sealed class CandidatePool
{
    private const int Slack = 64;
    private const int Buffer = 256;

    private ulong[] _keys = [];
    private int _size;
    private int _wanted;
    private int _kept;
    private int _atLastLook;

    /// <summary>A bound that is not above it cannot enter; −∞ until there are rows enough.</summary>
    public float Threshold { get; private set; }

    /// <summary>The bound of the worst row that is asked for, at the last look; −∞ until there are as many.</summary>
    public float Worst { get; private set; }

    public void Reset(int wanted)
    {
        _wanted = wanted;
        _kept = (int)Math.Min(Array.MaxLength - Buffer, (2L * wanted) + Slack);
        _size = 0;
        _atLastLook = 0;
        (Threshold, Worst) = (float.NegativeInfinity, float.NegativeInfinity);
    }

    public void Add(int row, float bound)
    {
        if (_size == _keys.Length)
        {
            Array.Resize(ref _keys, Math.Max(Buffer, Math.Min(_keys.Length * 2, _kept + Buffer)));
        }

        _keys[_size++] = RowOrder.KeyOf(bound, row);
        if (_size == _kept + Buffer)
        {
            Selection.Best(_keys.AsSpan(0, _size), _kept);
            _size = _kept;
            Raise(RowOrder.ScoreOf(_keys[_kept - 1]));
            LookAgain();
        }
    }

    /// <summary>Looks again at <see cref="Worst"/>, if rows enough have come since the last look to make it worth the work.</summary>
    public void Look()
    {
        if (_size >= _wanted && (_atLastLook == 0 || _size - _atLastLook > _wanted / 4))
        {
            LookAgain();
        }
    }

    /// <summary>What is not above a bound is not wanted any more.</summary>
    public void Raise(float threshold) => Threshold = MathF.Max(Threshold, threshold);

    /// <summary>The keys: <paramref name="first"/> of the best bounds, as many as are asked for, then some others. The caller may reorder them.</summary>
    public Span<ulong> Select(out int first)
    {
        if (_size > _kept)
        {
            Selection.Best(_keys.AsSpan(0, _size), _kept);
            _size = _kept;
        }

        first = Math.Min(_wanted, _size);
        Selection.Best(_keys.AsSpan(0, _size), first);
        return _keys.AsSpan(0, _size);
    }

    private void LookAgain()
    {
        Selection.Best(_keys.AsSpan(0, _size), _wanted);
        Worst = RowOrder.ScoreOf(_keys[_wanted - 1]);
        _atLastLook = _size;
    }
}
