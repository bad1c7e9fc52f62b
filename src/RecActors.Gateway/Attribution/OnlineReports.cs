using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RecActors.Attribution;

/// <summary>Sends what <see cref="OnlineQuality"/> has counted to the cluster, once a second. A report that does not get through is sent again, as it was.</summary>
internal sealed partial class OnlineReports(OnlineQuality quality, IGrainFactory grains, TimeProvider time, ILogger<OnlineReports> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(5);

    private readonly Guid _gateway = Guid.NewGuid();
    private OnlineReport? _pending;
    private long _number;

    /// <summary>Sends what there is. False when it did not get through.</summary>
    public async Task<bool> SendAsync(CancellationToken cancellationToken)
    {
        if (_pending is null)
        {
            var (shown, acted) = quality.Take();
            if (shown.Count == 0 && acted.Count == 0)
            {
                return true;
            }

            _pending = new OnlineReport(_gateway, ++_number, shown, acted);
        }

        try
        {
            await grains.GetGrain<IOnlineQualityGrain>(0).ReportAsync(_pending, cancellationToken).WaitAsync(Attempt, time, cancellationToken);
            _pending = null;
            return true;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Also where no silo has the grain yet, in the middle of an upgrade: metrics must not stop a gateway.
            LogNotSent(failure.Message);
            return false;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SendAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was counted in the last second goes with the process.
        }
    }

    [LoggerMessage(LogLevel.Debug, "The report on recommendations did not get through: {Reason}")]
    private partial void LogNotSent(string reason);
}
