using RecActors.Hosting;
using RecActors.Journal;
using RecActors.Models;

namespace RecActors.Health;

/// <summary>
/// Ready: the host has started and is not stopping, the journal answers, and there is a model or the cold start was asked for.
/// </summary>
internal sealed class ServingHealthCheck(
    ServerSettings settings, IHostApplicationLifetime lifetime, IUserJournal journal, ModelHolder models) : IServingHealth
{
    public async ValueTask<ServingHealth> CheckAsync(CancellationToken cancellationToken)
    {
        var version = models.Current.Version;
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
        {
            return new ServingHealth(false, false, version, Reason: "starting");
        }

        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return new ServingHealth(false, true, version, Reason: "stopping");
        }

        try
        {
            _ = await journal.GetHeadAsync(cancellationToken);
        }
        catch (JournalUnavailableException exception)
        {
            return new ServingHealth(false, false, version, Reason: exception.Message);
        }

        return version > 0 || settings.ColdStart
            ? new ServingHealth(true, true, version, ColdStart: version == 0)
            : new ServingHealth(false, true, version, Reason: "no model serves yet: POST /api/models/refit, or start with --cold-start");
    }
}
