using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RecActors.Anonymous;

/// <summary>Has anonymous sessions looked through again and again. Several silos that do so do no harm: there is one who looks.</summary>
internal sealed partial class AnonymousWakeUp(
    IGrainFactory grains, IOptions<AnonymousOptions> options, TimeProvider time, ILogger<AnonymousWakeUp> logger)
{
    /// <summary>Runs until it is cancelled; at once to its end where no user is anonymous.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Prefix.Length == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.Value.Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await grains.GetGrain<IAnonymousSessionsGrain>(0).RunAsync(cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(failure);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Anonymous sessions could not be looked through; it is tried again")]
    private partial void LogFailed(Exception failure);
}
