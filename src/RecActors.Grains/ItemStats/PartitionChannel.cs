namespace RecActors.ItemStats;

/// <summary>
/// What a silo exchanges with one partition: parcels of its own that some silo may not have yet, in case that the partition's silo dies
/// and the next incarnation has to be told again; and what it has applied of others', so that what is told again is not counted again, and what a silo that
/// died with the partition cannot tell again is.
/// Used by one exchange at a time, except that anybody may wake it.
/// </summary>
internal sealed class PartitionChannel(string self, int maxKeptActions, Predicate<string> isGone, Predicate<string> isMember)
{
    private const int MaxRemembered = 256;

    /// <summary>Exchanges in a row without anything to say on either side, after which the channel rests: a second's. Under load it never does.</summary>
    private const int QuietBeforeRest = 4;

    private readonly List<StatsParcel> _kept = [];
    private readonly Dictionary<string, (long Sequence, long Turn)> _applied = [];
    private readonly HashSet<(string Silo, long Sequence)> _skipped = [];
    private readonly AppliedParcels _others = new(maxKeptActions);
    private List<StatsParcel> _relayed = [];
    private IReadOnlyDictionary<string, long>? _recencyCounted;
    private PartitionCursor? _after;
    private long _last;
    private long _turn;
    private long _taken;
    private int _keptActions;
    private int _quiet;
    private volatile bool _rests;

    /// <summary>True while the partition has not taken every parcel.</summary>
    public bool HasToSend => (_kept is [.., var last] && last.Sequence > _taken) || _others.ToRelay(_after, isGone).Any();

    /// <summary>True when there is nothing to ask the partition until it tells of news.</summary>
    public bool Rests => _rests && IsQuiet;

    /// <summary>True when every silo has every parcel, and those of silos that have died.</summary>
    public bool IsSettled => _kept.Count == 0 && !_others.HasAnyOf(isGone);

    private bool IsQuiet => _kept.Count == 0 && !_others.HasAnyIn(_after) && IsSettled;

    /// <summary>The last parcel of each silo that this one has applied; of its own, the last there is.</summary>
    public IEnumerable<KeyValuePair<string, long>> Applied => _applied.Select(applied => KeyValuePair.Create(applied.Key, applied.Value.Sequence)).Append(new(self, _last));

    /// <summary>Appends a parcel. Returns how many actions of older ones had to be given up.</summary>
    public int Enqueue(StatsDelta delta, byte[] content)
    {
        _kept.Add(new StatsParcel(self, ++_last, delta.Actions.Count, content));
        _keptActions += delta.Actions.Count;
        var before = _keptActions;
        while (_keptActions > maxKeptActions && _kept.Count > 1)
        {
            DropOldest();
        }

        return before - _keptActions;
    }

    /// <summary>What to send now.</summary>
    public PartitionExchange Next()
    {
        var actions = 0;
        var parcels = Fitting(_kept.Where(parcel => parcel.Sequence > _taken), ref actions);
        _relayed = Fitting(_others.ToRelay(_after, isGone), ref actions);

        // From before the partition knows: what it tells as soon as it has answered is not lost.
        _rests = _quiet >= QuietBeforeRest && IsQuiet;
        return new PartitionExchange(self, _after, parcels, _rests, Relayed: _relayed.Count > 0 ? _relayed : null);
    }

    /// <summary>There is news. From any thread.</summary>
    public void Wake() => _rests = false;

    /// <summary>True when the parcel is another silo's and not applied yet; then it is to be applied.</summary>
    public bool TryAccept(StatsParcel parcel)
    {
        var applied = _applied.GetValueOrDefault(parcel.Silo).Sequence;
        if (parcel.Silo == self || parcel.Sequence <= applied)
        {
            return _skipped.Remove((parcel.Silo, parcel.Sequence));
        }

        // What is relayed may come out of order, where one who relays it joined later than another.
        for (var skipped = applied + 1; applied > 0 && skipped < parcel.Sequence && _skipped.Count < MaxRemembered; skipped++)
        {
            _skipped.Add((parcel.Silo, skipped));
        }

        _applied[parcel.Silo] = (parcel.Sequence, ++_turn);
        return true;
    }

    /// <summary>Whether the recency of a parcel came with the hand-over; null where there was none.</summary>
    public bool? IsRecencyCounted(StatsParcel parcel) =>
        _recencyCounted is { } counted ? parcel.Sequence <= counted.GetValueOrDefault(parcel.Silo) : null;

    /// <summary>Notes from where on the partition keeps everything for this silo; what came before is in the journals that it will read.</summary>
    public void BeginAt(PartitionCursor registered) => _after = registered;

    /// <summary>Notes what the handed over recency contains.</summary>
    public void BeginAfter(IReadOnlyDictionary<string, long> recencyCounted) => _recencyCounted = recencyCounted;

    /// <summary>Notes the answer, after its parcels are applied.</summary>
    public void Answered(PartitionNews news)
    {
        NoteOthers(news);
        _quiet = news.Parcels.Count == 0 && news.Through == _after && IsQuiet ? _quiet + 1 : 0;
        if (_quiet == 0 || !news.Tells)
        {
            _rests = false;
        }

        _after = news.Through;
        _taken = news.Taken;
        while (_kept.Count > 0 && _kept[0].Sequence <= news.Settled)
        {
            DropOldest();
        }
    }

    /// <summary>
    /// Lets go of what is remembered of silos that have left the cluster, when they have become many, of those first that nothing has come of for longest: of the
    /// others a silo that starts may still be told, and somebody may relay what they sent.
    /// </summary>
    public void Forget()
    {
        if (_applied.Count <= MaxRemembered)
        {
            return;
        }

        var others = _applied.Where(applied => !isMember(applied.Key)).OrderBy(applied => applied.Value.Turn).Select(applied => applied.Key);
        foreach (var silo in others.Take(_applied.Count - MaxRemembered).ToList())
        {
            _applied.Remove(silo);
            _skipped.RemoveWhere(skipped => skipped.Silo == silo);
        }
    }

    private void NoteOthers(PartitionNews news)
    {
        // What it has taken but not shown here yet comes with what is left.
        if (news.Through.Incarnation == _after?.Incarnation && !news.HasMore)
        {
            _relayed.ForEach(parcel => _others.Place(parcel, news.Through));
        }

        _others.Answered(news, isGone);
    }

    private static List<StatsParcel> Fitting(IEnumerable<StatsParcel> parcels, ref int actions)
    {
        var fitting = new List<StatsParcel>();
        foreach (var parcel in parcels)
        {
            if (actions >= ItemStatsOptions.MaxActionsPerExchange)
            {
                break;
            }

            fitting.Add(parcel);
            actions += parcel.Actions;
        }

        return fitting;
    }

    private void DropOldest()
    {
        _keptActions -= _kept[0].Actions;
        _kept.RemoveAt(0);
    }
}
