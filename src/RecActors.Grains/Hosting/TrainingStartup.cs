using Microsoft.Extensions.Options;
using RecActors.Training;

namespace RecActors.Hosting;

/// <summary>What a silo with the role train does beside offering the trainer's grain: it wakes it, and rehearses a refit.</summary>
internal sealed class TrainingStartup(
    TrainerWakeUp wakeUp, RefitRehearsal rehearsal, SiloReadiness readiness, IOptions<SiloRoleOptions> roles, BackgroundLoops loops)
    : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(TrainingStartup), ServiceLifecycleStage.Active, StartAsync, StopAsync);

    private Task StartAsync(CancellationToken cancellationToken)
    {
        loops.Start(wakeUp.RunAsync, rehearsal.RunAsync);
        if (!roles.Value.Roles.HasFlag(SiloRoles.Serve))
        {
            readiness.Started();
        }

        return Task.CompletedTask;
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await readiness.StopAsync();
        await loops.StopAsync();
    }
}
