using RecActors.Hosting;
using RecActors.Journal;

namespace RecActors.Health;

/// <summary>Ready: the process has started and is not stopping, the journal answers, and the silo says that it can serve.</summary>
internal sealed class ServingHealthCheck(IHostApplicationLifetime lifetime, IUserJournal journal, ISiloReadiness silo) : IServingHealth
{
    public async ValueTask<ServingHealth> CheckAsync(CancellationToken cancellationToken)
    {
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
        {
            return new ServingHealth(false, false, 0, Reason: "starting");
        }

        var report = silo.Report();
        try
        {
            _ = await journal.GetHeadAsync(cancellationToken);
        }
        catch (JournalUnavailableException exception)
        {
            return new ServingHealth(false, false, report.ModelVersion, report.ColdStart, exception.Message);
        }

        var stopping = lifetime.ApplicationStopping.IsCancellationRequested;
        var reason = stopping ? "stopping" : report.IsReady ? null : string.Join("; ", report.Missing);
        return new ServingHealth(reason is null, true, report.ModelVersion, report.ColdStart, reason);
    }
}
