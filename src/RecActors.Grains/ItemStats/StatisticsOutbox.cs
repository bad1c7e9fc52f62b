using RecActors.ItemToItem;

namespace RecActors.ItemStats;

/// <summary>Increments that this silo's users have caused and other silos have not seen yet. Thread-safe.</summary>
internal sealed class StatisticsOutbox
{
    private readonly Lock _lock = new();
    private List<PairIncrement> _pairs = [];
    private List<PopularityIncrement> _popularity = [];
    private volatile bool _isOpen;

    /// <summary>True while other silos serve, too: else nothing is collected.</summary>
    public bool IsOpen
    {
        get => _isOpen;
        set
        {
            _isOpen = value;
            if (!value)
            {
                Drain();
            }
        }
    }

    /// <summary>Adds what an action caused.</summary>
    public void Add(List<PairIncrement> pairs, PopularityIncrement popularity)
    {
        lock (_lock)
        {
            _pairs.AddRange(pairs);
            _popularity.Add(popularity);
        }
    }

    /// <summary>Takes everything out.</summary>
    public (List<PairIncrement> Pairs, List<PopularityIncrement> Popularity) Drain()
    {
        lock (_lock)
        {
            var drained = (_pairs, _popularity);
            (_pairs, _popularity) = ([], []);
            return drained;
        }
    }
}
