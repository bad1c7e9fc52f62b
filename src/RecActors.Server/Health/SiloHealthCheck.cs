using RecActors.Hosting;
using RecActors.Journal;
using RecActors.Redis;

namespace RecActors.Health;

/// <summary>
/// Ready: the process has started and is not stopping, and its silo says that it can serve. On a data folder the journal answers as
/// well; a cluster whose Redis is away, slow or failing over goes on reading from memory, and it helps nobody when all its gateways
/// become unready at once.
/// </summary>
internal sealed class SiloHealthCheck(IHostApplicationLifetime lifetime, IUserJournal journal, ISiloReadiness silo, RedisConnection? redis = null) : IServingHealth
{
    public async ValueTask<ServingHealth> CheckAsync(CancellationToken cancellationToken)
    {
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
        {
            return new ServingHealth(false, false, 0, Reason: "starting");
        }

        var report = silo.Report();
        var storage = await StorageFailureAsync(cancellationToken);
        var reason = lifetime.ApplicationStopping.IsCancellationRequested ? "stopping"
            : redis is not null && report.CanAnswer && (storage is not null || !report.CatalogAnswered) ? null
            : storage ?? (report.IsReady ? null : string.Join("; ", report.Missing));
        return new ServingHealth(reason is null, storage is null, report.ModelVersion, report.ColdStart, reason, StoreDescription.Of(redis));
    }

    private async ValueTask<string?> StorageFailureAsync(CancellationToken cancellationToken)
    {
        if (redis is not null)
        {
            return redis.Multiplexer.IsConnected ? null : "Redis is not connected";
        }

        try
        {
            await journal.CheckAsync(cancellationToken);
            return null;
        }
        catch (JournalUnavailableException exception)
        {
            return exception.Message;
        }
    }
}
