namespace RecActors.ItemStats;

/// <summary>
/// Parcels of other silos that this one has applied and another may lack. When a silo dies together with a partition that it held, nobody else has its last
/// ones: whoever has fetched them relays them to the partition's next incarnation, so that survivors agree. Used by one exchange at a time.
/// </summary>
/// <param name="maxActions">Actions kept at most; what comes above it is not relayed.</param>
internal sealed class AppliedParcels(int maxActions)
{
    private readonly Dictionary<(string Silo, long Sequence), Kept> _kept = [];
    private readonly HashSet<string> _cutOff = [];
    private int _actions;

    /// <summary>True while this incarnation of the partition has not said of each that it has let go of it.</summary>
    public bool HasAnyIn(PartitionCursor? partition) => _kept.Values.Any(kept => kept.Place.Incarnation == partition?.Incarnation);

    /// <summary>True while there are some whose sender cannot send them again.</summary>
    public bool HasAnyOf(Predicate<string> isGone) => _kept.Values.Any(kept => isGone(kept.Parcel.Silo));

    /// <summary>
    /// Those that this incarnation of the partition has not shown, and whose sender cannot send them again, in the order of each sender. Of one that lives it has
    /// them from it.
    /// </summary>
    public IEnumerable<StatsParcel> ToRelay(PartitionCursor? partition, Predicate<string> isGone) => _kept.Values
        .Where(kept => kept.Place.Incarnation != partition?.Incarnation && isGone(kept.Parcel.Silo))
        .Select(kept => kept.Parcel)
        .OrderBy(parcel => parcel.Sequence);

    /// <summary>Keeps what was fetched, and lets go of what every silo has.</summary>
    public void Answered(PartitionNews news, Predicate<string> isGone)
    {
        foreach (var parcel in news.Parcels)
        {
            Place(parcel, news.Through);
        }

        foreach (var (key, kept) in _kept)
        {
            if (IsReleased(kept, news, isGone))
            {
                _kept.Remove(key);
                _actions -= kept.Parcel.Actions;
            }
        }

        _cutOff.RemoveWhere(silo => !_kept.Keys.Any(key => key.Silo == silo));
    }

    /// <summary>Notes that the partition has a parcel, at this place or before it.</summary>
    public void Place(StatsParcel parcel, PartitionCursor place)
    {
        var key = (parcel.Silo, parcel.Sequence);
        if (!_kept.ContainsKey(key))
        {
            // Without holes: whoever gets a later one of a sender may take the earlier ones for told.
            if (_cutOff.Contains(parcel.Silo) || _actions + parcel.Actions > maxActions)
            {
                _cutOff.Add(parcel.Silo);
                return;
            }

            _actions += parcel.Actions;
        }

        _kept[key] = new Kept(parcel, place);
    }

    /// <summary>
    /// A sender begins with the first that somebody lacks: a later one from it says that all have those before it that did not come again. One that is relayed does not.
    /// </summary>
    private static bool IsReleased(in Kept kept, PartitionNews news, Predicate<string> isGone)
    {
        var (silo, sequence) = (kept.Parcel.Silo, kept.Parcel.Sequence);
        return kept.Place.Incarnation == news.Through.Incarnation
            ? kept.Place.Number <= (news.Released ?? long.MaxValue)
            : news.Released is null || (!isGone(silo) && news.Parcels.Any(parcel => parcel.Silo == silo && parcel.Sequence > sequence));
    }

    private readonly record struct Kept(StatsParcel Parcel, PartitionCursor Place);
}
