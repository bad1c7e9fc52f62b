using Microsoft.Extensions.Options;
using RecActors.Cluster;

namespace RecActors.Shutdown;

/// <summary>
/// Keeps a gateway serving for a while after it has become unready. Afterwards the host stops what it started, last first: it ends
/// the requests in flight, then leaves the cluster, then closes the stores.
/// </summary>
internal sealed partial class Draining(IOptions<ShutdownOptions> options, Node node, TimeProvider time, ILogger<Draining> logger)
    : IHostedLifecycleService
{
    private static readonly TimeSpan DelayInCluster = TimeSpan.FromSeconds(5);

    private TimeSpan Delay => !node.IsGateway ? TimeSpan.Zero
        : options.Value.DrainDelay ?? (node.IsClustered ? DelayInCluster : TimeSpan.Zero);

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (Delay > TimeSpan.Zero)
        {
            LogDraining(Delay);
            await Task.Delay(Delay, time, cancellationToken);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "Draining: unready, serving for another {Delay}")]
    private partial void LogDraining(TimeSpan delay);
}
