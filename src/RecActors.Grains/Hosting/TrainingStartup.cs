using Microsoft.Extensions.Options;
using RecActors.Training;

namespace RecActors.Hosting;

/// <summary>What a silo with the role train does beside offering the trainer's grain: it wakes it.</summary>
internal sealed class TrainingStartup(TrainerWakeUp wakeUp, SiloReadiness readiness, IOptions<SiloRoleOptions> roles)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly BackgroundLoops _loops = new();

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(TrainingStartup), ServiceLifecycleStage.Active, StartAsync, StopAsync);

    public void Dispose() => _loops.Dispose();

    private Task StartAsync(CancellationToken cancellationToken)
    {
        _loops.Start(wakeUp.RunAsync);
        if (!roles.Value.Roles.HasFlag(SiloRoles.Serve))
        {
            readiness.Started();
        }

        return Task.CompletedTask;
    }

    private Task StopAsync(CancellationToken cancellationToken)
    {
        readiness.Stopping();
        return _loops.StopAsync();
    }
}
