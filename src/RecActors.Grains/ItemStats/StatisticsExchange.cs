using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Catalog;
using RecActors.Hosting;

namespace RecActors.ItemStats;

/// <summary>
/// Sends this silo's increments to the partitions and fetches those of the others, a few times a second; while this is the only
/// silo that serves, nothing is collected and nothing sent. One per silo.
/// </summary>
internal sealed partial class StatisticsExchange(
    LiveItemStatistics statistics,
    StatisticsOutbox outbox,
    CatalogReplica catalog,
    ServingSilos silos,
    IGrainFactory grains,
    IOptions<ItemStatsOptions> options,
    TimeProvider time,
    ILogger<StatisticsExchange> logger)
{
    private readonly Channel[] _channels = [.. Enumerable.Range(0, options.Value.Partitions).Select(partition => new Channel(partition))];

    /// <summary>Exchanges until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.FlushInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var alone = !silos.HasOthers;
            if (alone && !outbox.IsOpen)
            {
                continue;
            }

            outbox.IsOpen = !alone;
            await ExchangeAsync(cancellationToken);
        }
    }

    /// <summary>One exchange with every partition.</summary>
    public async Task ExchangeAsync(CancellationToken cancellationToken)
    {
        var (pairs, popularity) = outbox.Drain();
        var deltas = StatsDeltas.Of(pairs, popularity, catalog, _channels.Length);
        await Task.WhenAll(_channels.Select(channel => ExchangeAsync(channel, deltas.GetValueOrDefault(channel.Partition), cancellationToken)));
    }

    private async Task ExchangeAsync(Channel channel, StatsDelta? delta, CancellationToken cancellationToken)
    {
        if (delta is not null && !channel.TryEnqueue(delta, options.Value.MaxWaitingIncrements))
        {
            LogGivenUp(channel.Partition);
        }

        try
        {
            do
            {
                var exchange = new StatsExchange(silos.Self, channel.Sequence, channel.After, channel.Next);
                var news = await grains.GetGrain<IItemStatsGrain>(channel.Partition).ExchangeAsync(exchange, cancellationToken);
                channel.Answered(news.Through);
                foreach (var other in news.Deltas)
                {
                    StatsDeltas.Apply(other, statistics, catalog);
                }
            }
            while (channel.Next is not null);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The same delta, under the same number, is sent again at the next tick.
            LogFailed(failure, channel.Partition);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Item statistics partition {Partition} does not answer; its increments are sent again")]
    private partial void LogFailed(Exception failure, int partition);

    [LoggerMessage(LogLevel.Error, "Item statistics partition {Partition} has not answered for long: other silos miss increments until the next refit")]
    private partial void LogGivenUp(int partition);

    /// <summary>What is under way to one partition.</summary>
    private sealed class Channel(int partition)
    {
        private readonly Queue<StatsDelta> _waiting = new();
        private int _waitingIncrements;

        public int Partition => partition;

        public long Sequence { get; private set; } = 1;

        public StatsCursor? After { get; private set; }

        public StatsDelta? Next => _waiting.TryPeek(out var delta) ? delta : null;

        /// <summary>False when the oldest waiting delta had to give way.</summary>
        public bool TryEnqueue(StatsDelta delta, int maxIncrements)
        {
            _waiting.Enqueue(delta);
            _waitingIncrements += SizeOf(delta);
            var kept = true;
            while (_waitingIncrements > maxIncrements && _waiting.Count > 1)
            {
                Drop();
                kept = false;
            }

            return kept;
        }

        public void Answered(StatsCursor through)
        {
            After = through;
            if (_waiting.Count > 0)
            {
                Drop();
            }
        }

        private void Drop()
        {
            _waitingIncrements -= SizeOf(_waiting.Dequeue());
            Sequence++;
        }

        private static int SizeOf(StatsDelta delta) => delta.Sources.Span.Length + delta.Items.Span.Length;
    }
}
