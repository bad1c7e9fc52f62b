using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Catalog;
using RecActors.Hosting;

namespace RecActors.ItemStats;

/// <summary>
/// Sends this silo's users' actions to the partitions and fetches those of the others, a few times a second; partitions without news
/// are left alone until they tell of some, and while this is the only silo that serves nothing is collected and nothing sent. One per silo.
/// </summary>
internal sealed partial class StatisticsExchange(
    LiveItemStatistics live,
    StatisticsOutbox outbox,
    CatalogReplica catalog,
    ServingSilos silos,
    IGrainFactory grains,
    IOptions<ItemStatsOptions> options,
    TimeProvider time,
    ILogger<StatisticsExchange> logger) : IDisposable
{
    /// <summary>How long a silo that stops waits for all others to have its last actions.</summary>
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LeaveRetry = TimeSpan.FromMilliseconds(50);

    private readonly PartitionChannel[] _channels =
        [.. Enumerable.Range(0, options.Value.Partitions).Select(_ => new PartitionChannel(silos.Self, options.Value.KeptActions, silos.IsGone, silos.IsMember))];

    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _countedThrough;
    private int _next;
    private long _askedAll;

    /// <summary>Exchanges until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.FlushInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                live.Replica.TrendingItems.MoveTo(time.GetUtcNow().ToUnixTimeMilliseconds());
                if (!outbox.IsOpen && silos.HasOthers)
                {
                    outbox.Open();
                }

                if (outbox.IsOpen)
                {
                    await ExchangeAsync(IsTimeToAskAll(), cancellationToken);
                }
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotExchanged(failure);
            }
        }
    }

    /// <summary>One exchange with every partition. True when all have answered.</summary>
    public Task<bool> ExchangeAsync(CancellationToken cancellationToken) => ExchangeAsync(all: true, cancellationToken);

    /// <summary>The partition has news.</summary>
    public void Wake(int partition) => _channels[partition].Wake();

    /// <summary>Makes this silo known to the partitions, so that from now on they keep everything for it.</summary>
    public async Task RegisterAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_channels.Select(async (channel, partition) =>
            channel.BeginAt((await CallAsync(partition, new PartitionExchange(silos.Self, null, [], IsFirst: true), cancellationToken)).Through)));

    /// <summary>From where on this silo counts what it receives: what the journals held up to there, and the recency handed over, if any, it has.</summary>
    public void BeginAfter(long countedThrough, StatsHandOver? recency)
    {
        _countedThrough = countedThrough;
        foreach (var counted in recency?.Counted.GroupBy(progress => progress.Partition) ?? [])
        {
            _channels[counted.Key].BeginAfter(counted.ToDictionary(progress => progress.Silo, progress => progress.Sequence));
        }
    }

    /// <summary>The recent popularity just as it is here, and whose actions it contains; null while a partition does not answer.</summary>
    public async Task<StatsHandOver?> HandOverAsync(CancellationToken cancellationToken)
    {
        outbox.Open();
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // So that it has all that the partitions gave out before the new silo asked them to keep everything for it.
            if (!await ExchangeInTurnAsync(all: true, cancellationToken))
            {
                return null;
            }

            var (drained, recency) = outbox.Cut(() => live.Replica.ExportRecency(catalog.IdOf));
            Enqueue(drained);
            return StatsHandOver.Of(recency, _channels.SelectMany((channel, partition) =>
                channel.Applied.Select(applied => new StatsProgress(partition, applied.Key, applied.Value))));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Gives the others the last actions, before the silo goes.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (!outbox.IsOpen || !silos.HasOthers)
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LeaveTimeout);
        try
        {
            while (!await ExchangeAsync(limit.Token) || !_channels.All(channel => channel.IsSettled))
            {
                await Task.Delay(LeaveRetry, time, limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            LogLeftEarly();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<bool> ExchangeAsync(bool all, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await ExchangeInTurnAsync(all, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool IsTimeToAskAll()
    {
        if (_askedAll != 0 && time.GetElapsedTime(_askedAll) < options.Value.RestInterval)
        {
            return false;
        }

        _askedAll = time.GetTimestamp();
        return true;
    }

    private async Task<bool> ExchangeInTurnAsync(bool all, CancellationToken cancellationToken)
    {
        Enqueue(outbox.Drain());
        var answered = await Task.WhenAll(_channels.Select((channel, partition) =>
            all || !channel.Rests ? ExchangeAsync(channel, partition, cancellationToken) : Task.FromResult(true)));
        return Array.TrueForAll(answered, answer => answer);
    }

    private void Enqueue(List<StatsDelta> deltas)
    {
        foreach (var delta in deltas)
        {
            var partition = _next++ % _channels.Length;
            var lost = _channels[partition].Enqueue(delta, StatsDeltaCodec.Encode(delta, catalog));
            if (lost > 0)
            {
                ItemStatsTelemetry.Lost(lost);
                LogGivenUp(partition, lost);
            }
        }
    }

    private async Task<bool> ExchangeAsync(PartitionChannel channel, int partition, CancellationToken cancellationToken)
    {
        try
        {
            PartitionNews news;
            do
            {
                news = await CallAsync(partition, channel.Next(), cancellationToken);
                Apply(news, channel, partition);
                channel.Answered(news);
            }
            while (channel.HasToSend || news.HasMore);

            channel.Forget();
            return true;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The same parcels, under the same numbers, are sent again at the next tick.
            channel.Wake();
            LogFailed(failure, partition);
            return false;
        }
    }

    private void Apply(PartitionNews news, PartitionChannel channel, int partition)
    {
        foreach (var parcel in news.Parcels)
        {
            if (channel.TryAccept(parcel))
            {
                live.Apply(StatsDeltaCodec.Decode(parcel.Content, catalog), _countedThrough, channel.IsRecencyCounted(parcel));
            }
        }

        if (news.HasMissed)
        {
            ItemStatsTelemetry.Missed();
            LogMissed(partition);
        }
    }

    private Task<PartitionNews> CallAsync(int partition, PartitionExchange exchange, CancellationToken cancellationToken) =>
        grains.GetGrain<IItemStatsGrain>(partition).ExchangeAsync(exchange, CancellationToken.None)
            .WaitAsync(options.Value.ExchangeTimeout, time, cancellationToken);

    [LoggerMessage(LogLevel.Error, "Item statistics could not be exchanged; it is tried again")]
    private partial void LogNotExchanged(Exception failure);

    [LoggerMessage(LogLevel.Warning, "Item statistics partition {Partition} does not answer; its actions are sent again")]
    private partial void LogFailed(Exception failure, int partition);

    [LoggerMessage(LogLevel.Error, "Item statistics partition {Partition} has not answered for long: {Actions} actions are given up, and other silos miss them until they restart")]
    private partial void LogGivenUp(int partition, int actions);

    [LoggerMessage(LogLevel.Error, "This silo has not fetched from item statistics partition {Partition} for long, and misses actions until it restarts")]
    private partial void LogMissed(int partition);

    [LoggerMessage(LogLevel.Warning, "Not every silo has the item statistics of this one's last actions; they have them when they restart")]
    private partial void LogLeftEarly();
}
