namespace RecActors.ItemStats;

/// <summary>
/// When the statistics may be copied beside serving again: not before a rest of some times what the last copy took, so that a large site's copies, too, take no
/// more than a share of the time; and the longer, the more copies in a row were for nothing. Not safe for concurrent use.
/// </summary>
internal sealed class SnapshotPace(ItemStatsOptions options, TimeProvider time)
{
    /// <summary>Intervals that are added to a rest at most after copies that were for nothing.</summary>
    private const int MostSkips = 63;

    private TimeSpan _rest = TimeSpan.Zero;
    private long _since;
    private int _skips;

    /// <summary>True while none may begin.</summary>
    public bool IsResting => _rest > TimeSpan.Zero && time.GetElapsedTime(_since) <= _rest;

    /// <summary>A copy has ended.</summary>
    /// <param name="took">How long it took: what was counted meanwhile was held back. Writing it is no part of that.</param>
    /// <param name="gaveUp">True when more came meanwhile than is held: the next ones are likely to be for nothing as well.</param>
    public void Ended(TimeSpan took, bool gaveUp)
    {
        _skips = gaveUp ? Math.Min(MostSkips, (2 * _skips) + 1) : 0;
        (_since, _rest) = (time.GetTimestamp(), (took * options.SnapshotRest) + (options.SnapshotInterval * _skips));
    }
}
