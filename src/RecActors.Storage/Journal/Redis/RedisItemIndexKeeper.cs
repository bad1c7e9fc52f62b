using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Redis;

namespace RecActors.Journal.Redis;

/// <summary>Has the index of feedback by item kept up to date, beside everything else.</summary>
internal sealed partial class RedisItemIndexKeeper(
    RedisJournal journal, IOptions<RedisStorageOptions> options, TimeProvider time, ILogger<RedisItemIndexKeeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.IndexPeriod, time);
        while (await NextAsync(timer, stoppingToken))
        {
            try
            {
                await journal.KeepIndexAsync(stoppingToken);
            }
#pragma warning disable CA1031 // Whatever it was: the next question brings the index up to date, or the next period.
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(failure);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The index of feedback by item could not be brought up to date; it is tried again")]
    private partial void LogFailed(Exception failure);
}
