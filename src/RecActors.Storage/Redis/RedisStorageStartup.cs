using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Storage;

namespace RecActors.Redis;

/// <summary>Connects, compares the installation and looks at its durability before anything else starts: a refusal stops the start with its message.</summary>
internal sealed partial class RedisStorageStartup(
    RedisConnection connection,
    RedisKeys keys,
    RedisDurability durability,
    StorageTelemetry telemetry,
    IOptions<RedisStorageOptions> options,
    TimeProvider time,
    ILogger<RedisStorageStartup> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await connection.ConnectAsync(cancellationToken);
        await EnsureInstallationAsync(cancellationToken);
        await durability.CheckAsync();
        telemetry.ObserveFindings(() => durability.Findings.Count);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EnsureInstallationAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await RedisInstallation.EnsureAsync(connection, keys, options.Value);
                return;
            }
            catch (RedisStorageException refusal) when (
                refusal.InnerException is { } failure && RedisFailures.MayPass(failure) && time.GetElapsedTime(started) < options.Value.StartTimeout)
            {
                LogWaiting(refusal.Message);
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Waiting until Redis can be used. {Reason}")]
    private partial void LogWaiting(string reason);
}
