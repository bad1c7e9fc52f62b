using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RecActors.Training;

/// <summary>Wakes the trainer from a silo with the role, again and again. Several such silos do no harm: there is one trainer.</summary>
internal sealed partial class TrainerWakeUp(
    IGrainFactory grains, IOptions<RefitOptions> options, TimeProvider time, ILogger<TrainerWakeUp> logger)
{
    /// <summary>Wakes the trainer until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.CheckInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await grains.GetGrain<ITrainerScheduleGrain>(0).CheckAsync(cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(failure);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The trainer could not look whether a refit is due")]
    private partial void LogFailed(Exception failure);
}
