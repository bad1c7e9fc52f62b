using Microsoft.Extensions.Hosting;
using RecActors.Storage;

namespace RecActors.Redis;

/// <summary>Connects, compares the installation and looks at its durability before anything else starts: a refusal stops the start with its message.</summary>
internal sealed class RedisStorageStartup(RedisConnection connection, RedisKeys keys, RedisDurability durability, StorageTelemetry telemetry) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await connection.ConnectAsync(cancellationToken);
        await RedisInstallation.EnsureAsync(connection, keys);
        await durability.CheckAsync();
        telemetry.ObserveFindings(() => durability.Findings.Count);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
