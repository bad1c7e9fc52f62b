using RecActors.Feedback;

namespace RecActors.Interest;

/// <summary>An item in a user's recent history. 16 bytes: whoever is asked about has a window of them, and each action makes it anew.</summary>
public readonly record struct HistoryItem
{
    private const int PolarityBits = 2;
    private const long PolarityMask = (1 << PolarityBits) - 1;
    private const long LatestMs = long.MaxValue >> PolarityBits, EarliestMs = long.MinValue >> PolarityBits;

    /// <summary>The time, which has room enough for any that .NET knows, and the polarity in the lowest bits.</summary>
    private readonly long _bits;

    /// <param name="row">The item's row in this process' catalog.</param>
    /// <param name="weight">Strength of the newest action on the item, in (0, 1].</param>
    /// <param name="polarity"><see cref="Polarity.Positive"/> or <see cref="Polarity.Negative"/>; nothing else enters a history.</param>
    /// <param name="timestampMs">When that action happened, in Unix milliseconds, UTC.</param>
    public HistoryItem(int row, float weight, Polarity polarity, long timestampMs)
    {
        (Row, Weight) = (row, weight);
        _bits = (Math.Clamp(timestampMs, EarliestMs, LatestMs) << PolarityBits) | (long)polarity;
    }

    /// <summary>The item's row in this process' catalog.</summary>
    public int Row { get; init; }

    /// <summary>Strength of the newest action on the item, in (0, 1].</summary>
    public float Weight { get; init; }

    /// <summary><see cref="Polarity.Positive"/> or <see cref="Polarity.Negative"/>.</summary>
    public Polarity Polarity
    {
        get => (Polarity)(_bits & PolarityMask);
        init => _bits = (_bits & ~PolarityMask) | (long)value;
    }

    /// <summary>When that action happened, in Unix milliseconds, UTC.</summary>
    public long TimestampMs
    {
        get => _bits >> PolarityBits;
        init => _bits = (Math.Clamp(value, EarliestMs, LatestMs) << PolarityBits) | (_bits & PolarityMask);
    }
}
