using Microsoft.Extensions.Options;

namespace RecActors.ItemStats;

/// <summary>
/// A partition's latest deltas, and the last number that each silo's incarnation has sent. In memory only: what is lost with its silo
/// is the last moment's increments, until the next refit counts them from the journals.
/// </summary>
[GrainType("item-stats")]
internal sealed class ItemStatsGrain(IOptions<ItemStatsOptions> options) : Grain, IItemStatsGrain
{
    private readonly Guid _incarnation = Guid.NewGuid();
    private readonly Dictionary<string, long> _lastSequences = [];
    private readonly Queue<(long Number, string Silo, StatsDelta Delta)> _latest = new();
    private long _number;

    public Task<StatsNews> ExchangeAsync(StatsExchange exchange, CancellationToken cancellationToken)
    {
        if (exchange.Delta is { } delta && exchange.Sequence > _lastSequences.GetValueOrDefault(exchange.Silo))
        {
            _lastSequences[exchange.Silo] = exchange.Sequence;
            _latest.Enqueue((++_number, exchange.Silo, delta));
            if (_latest.Count > options.Value.RetainedDeltas)
            {
                _latest.Dequeue();
            }
        }

        return Task.FromResult(new StatsNews(new StatsCursor(_incarnation, _number), [.. NewsFor(exchange)]));
    }

    private IEnumerable<StatsDelta> NewsFor(StatsExchange exchange)
    {
        if (exchange.After is not { } after)
        {
            return [];
        }

        // After a restart of this partition everything that it has is new to everybody.
        var number = after.Incarnation == _incarnation ? after.Number : 0;
        return _latest.Where(entry => entry.Number > number && entry.Silo != exchange.Silo).Select(entry => entry.Delta);
    }
}
