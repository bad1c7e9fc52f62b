using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RecActors.Models;

/// <summary>Asks the registry which version serves: at the start, and then every few seconds, so that no silo stays behind. One per silo.</summary>
internal sealed partial class ServingVersionPoll(
    IGrainFactory grains, ModelReplica replica, IOptions<ModelReplicaOptions> options, TimeProvider time, ILogger<ServingVersionPoll> logger)
{
    /// <summary>Loads what serves.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var serving = await grains.GetGrain<IModelRegistryGrain>(0).GetServingAsync(cancellationToken);
        await replica.CommitAsync(serving, cancellationToken);
    }

    /// <summary>Follows the registry until it is cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.PollInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await LoadAsync(cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Which model serves could not be learned; this silo goes on with its own")]
    private partial void LogFailed(Exception failure);
}
