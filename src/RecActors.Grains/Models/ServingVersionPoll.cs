using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Hosting;

namespace RecActors.Models;

/// <summary>
/// Asks the registry which version serves: at the start, and then every few seconds, so that no silo stays behind. A registry whose
/// promotions go back has lost some, and so ends the silo. One per silo.
/// </summary>
internal sealed partial class ServingVersionPoll(
    IGrainFactory grains, ModelReplica replica, StorageLoss loss, IOptions<ModelReplicaOptions> options, TimeProvider time, ILogger<ServingVersionPoll> logger)
{
    /// <summary>Answers in a row that are behind this silo before they count: one may be older than a promotion that overtook it, or of a registry that has been replaced.</summary>
    private const int LowerAnswers = 3;

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    private int _lower;

    /// <summary>Loads what serves, for a silo that starts: storage that is slow or away is no reason to end.</summary>
    /// <exception cref="InvalidDataException">The bundle is missing, corrupt or of a newer format.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await LoadAsync(cancellationToken);
                return;
            }
            catch (Exception failure) when (failure is IOException or TimeoutException or OrleansException && time.GetElapsedTime(started) < options.Value.StartTimeout)
            {
                LogNotYet(failure);
                await Task.Delay(Retry, time, cancellationToken);
            }
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var serving = await grains.GetGrain<IModelRegistryGrain>(0).GetServingAsync(cancellationToken);
        _lower = serving.Promotion < replica.Promotion ? _lower + 1 : 0;
        if (_lower == LowerAnswers)
        {
            loss.Report("promotions of models", replica.Promotion, serving.Promotion);
        }

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
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(failure);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The model that serves cannot be read yet; it is asked for again")]
    private partial void LogNotYet(Exception failure);

    [LoggerMessage(LogLevel.Warning, "Which model serves could not be learned; this silo goes on with its own")]
    private partial void LogFailed(Exception failure);
}
