using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime.Services;

namespace RecActors.ItemStats;

/// <summary>The door to a silo's item statistics, for silos that start and for partitions.</summary>
[Reentrant]
internal sealed class ItemStatsService(
    GrainId id, Silo silo, ILoggerFactory loggers, StatisticsOutbox outbox, StatisticsExchange exchange, StatisticsStart start)
    : GrainService(id, silo, loggers), IItemStatsService
{
    public Task OpenAsync()
    {
        outbox.Open();
        return Task.CompletedTask;
    }

    public Task<StatsHandOver?> HandOverAsync() =>
        start.IsComplete ? Task.Run(() => exchange.HandOverAsync(CancellationToken.None)) : Task.FromResult<StatsHandOver?>(null);

    public Task TellAsync(int partition)
    {
        exchange.Wake(partition);
        return Task.CompletedTask;
    }
}

/// <summary>The other silos' item statistics. Thread-safe.</summary>
internal sealed class ItemStatsServices(IServiceProvider services) : GrainServiceClient<IItemStatsService>(services)
{
    public IItemStatsService Of(SiloAddress silo) => GetGrainService(silo);
}
