using Microsoft.Extensions.Options;
using RecActors.Hosting;

namespace RecActors.ItemStats;

/// <summary>
/// The parcels of a partition that some silo has not fetched yet, in one order, and how far each silo is. In memory only: what is lost with
/// its silo, the senders still have and send to the next incarnation; where a sender died with it, those who have fetched it do.
/// </summary>
[GrainType("stats-partition")]
[KeepAlive]
internal sealed class ItemStatsGrain(ServingSilos silos, ItemStatsServices services, IOptions<ItemStatsOptions> options) : Grain, IItemStatsGrain
{
    private readonly Guid _incarnation = Guid.NewGuid();
    private readonly Queue<(long Number, StatsParcel Parcel)> _parcels = new();
    private readonly Dictionary<string, Progress> _progress = [];
    private readonly HashSet<(string Silo, long Sequence)> _relayed = [];
    private long _number;
    private long _droppedThrough;
    private int _actions;

    public Task<PartitionNews> ExchangeAsync(PartitionExchange exchange, CancellationToken cancellationToken)
    {
        var progress = ProgressOf(exchange.Silo);
        var isKnown = exchange.After?.Incarnation == _incarnation;
        progress.Fetched = isKnown ? exchange.After!.Value.Number : exchange.IsFirst ? _number : 0;
        if (isKnown)
        {
            Take(exchange, progress);
        }

        progress.Rests = isKnown && exchange.Rests;
        var (news, through) = NewsFor(exchange.Silo, progress.Fetched);
        var hasMissed = isKnown && progress.Fetched < _droppedThrough;
        Trim();
        return Task.FromResult(new PartitionNews(
            new PartitionCursor(_incarnation, through), news, through < _number, progress.Taken, progress.Settled, hasMissed, Tells: progress.Rests, Released: Released()));
    }

    private void Take(PartitionExchange exchange, Progress progress)
    {
        var before = _number;
        foreach (var parcel in exchange.Parcels)
        {
            if (parcel.Sequence > progress.Taken)
            {
                progress.Taken = parcel.Sequence;
                Add(parcel);
            }
        }

        // Several silos relay the same, each what it has fetched since it joined.
        foreach (var parcel in exchange.Relayed ?? [])
        {
            if (_relayed.Add((parcel.Silo, parcel.Sequence)))
            {
                Add(parcel);
            }
        }

        if (_number > before)
        {
            TellThoseThatRest(progress);
        }
    }

    private void Add(StatsParcel parcel)
    {
        _parcels.Enqueue((++_number, parcel));
        _actions += parcel.Actions;
    }

    private long Released() => _parcels.TryPeek(out var oldest) ? oldest.Number - 1 : _number;

    /// <summary>Those, too, of which this incarnation has not heard yet: they rest on the word of the one before.</summary>
    private void TellThoseThatRest(Progress sender)
    {
        foreach (var silo in silos.Active)
        {
            var progress = ProgressOf(silo.ToParsableString());
            if (progress.Rests && progress != sender)
            {
                progress.Rests = false;
                services.Of(silo).TellAsync((int)this.GetPrimaryKeyLong()).Ignore();
            }
        }
    }

    private (List<StatsParcel> News, long Through) NewsFor(string silo, long after)
    {
        var news = new List<StatsParcel>();
        var (through, actions) = (after, 0);
        foreach (var (number, parcel) in _parcels)
        {
            if (number <= after)
            {
                continue;
            }

            if (actions >= ItemStatsOptions.MaxActionsPerExchange)
            {
                return (news, through);
            }

            through = number;
            if (parcel.Silo != silo)
            {
                news.Add(parcel);
                actions += parcel.Actions;
            }
        }

        return (news, _number);
    }

    /// <summary>Lets go of what every silo has, and of the oldest where a silo does not fetch.</summary>
    private void Trim()
    {
        var fetched = FetchedByAll();
        while (_parcels.TryPeek(out var oldest) && (oldest.Number <= fetched || _actions > options.Value.RetainedActions))
        {
            _parcels.Dequeue();
            _actions -= oldest.Parcel.Actions;
            if (_progress.TryGetValue(oldest.Parcel.Silo, out var sender))
            {
                sender.Settled = oldest.Parcel.Sequence;
            }

            _droppedThrough = oldest.Number > fetched ? oldest.Number : _droppedThrough;
        }
    }

    /// <summary>The place that every silo has fetched. One that serves and has not asked yet has fetched nothing.</summary>
    private long FetchedByAll()
    {
        var fetched = _number;
        foreach (var silo in silos.All)
        {
            fetched = Math.Min(fetched, _progress.GetValueOrDefault(silo)?.Fetched ?? 0);
        }

        foreach (var (silo, progress) in _progress.ToList())
        {
            if (silos.IsGone(silo))
            {
                _progress.Remove(silo);
            }
            else
            {
                fetched = Math.Min(fetched, progress.Fetched);
            }
        }

        return fetched;
    }

    private Progress ProgressOf(string silo)
    {
        if (!_progress.TryGetValue(silo, out var progress))
        {
            _progress.Add(silo, progress = new Progress());
        }

        return progress;
    }

    /// <summary>How far a silo is: as a receiver in the partition's numbers, as a sender in its own.</summary>
    private sealed class Progress
    {
        public long Fetched { get; set; }

        public long Taken { get; set; }

        public long Settled { get; set; }

        /// <summary>The silo asks when it is told to.</summary>
        public bool Rests { get; set; } = true;
    }
}
