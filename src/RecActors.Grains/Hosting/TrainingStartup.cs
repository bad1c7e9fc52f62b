using Microsoft.Extensions.Options;
using RecActors.Failures;
using RecActors.Training;

namespace RecActors.Hosting;

/// <summary>What a silo with the role train does beside offering the trainer's grain: it wakes it, and rehearses a refit once the silo has started.</summary>
internal sealed class TrainingStartup(
    TrainerWakeUp wakeUp, RefitRehearsal rehearsal, SiloReadiness readiness, IOptions<SiloRoleOptions> roles, BackgroundLoops loops)
    : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(TrainingStartup), ServiceLifecycleStage.Active, StartAsync, StopAsync);

    private Task StartAsync(CancellationToken cancellationToken)
    {
        loops.Start(wakeUp.RunAsync, RehearseAsync);
        if (!roles.Value.Roles.HasFlag(SiloRoles.Serve))
        {
            readiness.Started();
        }

        return Task.CompletedTask;
    }

    /// <summary>Not beside what a start computes for those who will be served, who wait for that.</summary>
    private async Task RehearseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await readiness.WaitUntilStartedAsync(cancellationToken);
        }
        catch (UnavailableException)
        {
            // The start has failed, and says so itself.
            return;
        }

        await rehearsal.RunAsync(cancellationToken);
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await readiness.StopAsync();
        await loops.StopAsync();
    }
}
