namespace RecActors.ItemToItem;

/// <summary>
/// Recent popularity as integers. An event at stamp n counts 2^((n − clock) / half-life); so that sums do not depend on the order in
/// which events arrive, an event adds a whole number to the epoch of its stamp, and each epoch is summed by itself. An item keeps
/// its last three epochs: what is older counts for less than 2⁻³².
/// </summary>
internal readonly struct RecencyScale
{
    /// <summary>Epochs that an item keeps, its last included.</summary>
    public const int Epochs = 3;

    private const int HalfLivesPerEpoch = 16;
    private const int MaxFractionBits = 30;
    private const int SumBits = 62;

    private readonly double _halfLife;
    private readonly long _epochLength;
    private readonly double _unit;
    private readonly double _epochDecay;

    public RecencyScale(double halfLifeEvents)
    {
        _halfLife = halfLifeEvents;
        _epochLength = Math.Max(1, (long)Math.Round(halfLifeEvents * HalfLivesPerEpoch));

        // An epoch's events, all of one item and each of the last one's weight, still fit.
        var bits = SumBits - HalfLivesPerEpoch - (int)Math.Ceiling(Math.Log2(_epochLength + 1.0));
        _unit = double.Exp2(Math.Min(MaxFractionBits, bits));
        _epochDecay = double.Exp2(-_epochLength / _halfLife);
    }

    public int EpochOf(long stamp) => (int)(long)Math.Floor((double)stamp / _epochLength);

    /// <summary>What an event at the stamp adds to the sum of its epoch.</summary>
    public long WeightOf(long stamp) => (long)Math.Round(double.Exp2((stamp - StartOf(EpochOf(stamp))) / _halfLife) * _unit);

    /// <summary>Log₂ of the sums at clock 0; fading does not change it.</summary>
    public double KeyOf(int epoch, ReadOnlySpan<long> sums)
    {
        var sum = sums[0] + (_epochDecay * (sums[1] + (_epochDecay * sums[2])));
        return Math.Log2(sum / _unit) + (StartOf(epoch) / _halfLife);
    }

    public double Faded(double key, long clock) => double.Exp2(key - (clock / _halfLife));

    /// <summary>A recent popularity at clock 0 as an epoch and the sum in it.</summary>
    public (int Epoch, long Sum) Split(double recent)
    {
        var epoch = EpochOf((long)Math.Floor(Math.Log2(recent) * _halfLife));
        return (epoch, (long)Math.Round(recent * double.Exp2(-StartOf(epoch) / _halfLife) * _unit));
    }

    private double StartOf(int epoch) => (double)epoch * _epochLength;
}
