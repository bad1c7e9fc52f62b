using RecActors.Hosting;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>
/// Lets a gateway process wait for its cluster: while it starts, and no longer than the start may take. Once it has been connected,
/// the client looks for silos by itself for as long as it runs.
/// </summary>
internal sealed partial class ClusterWait(Node node, TimeProvider time, ILogger<ClusterWait> logger) : IClientConnectionRetryFilter
{
    // A line every ten seconds says it as well as one every second.
    private const int AttemptsPerLine = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly long _started = time.GetTimestamp();
    private int _attempts;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (exception is RedisStorageException)
        {
            // It has waited already, or cannot be mended by waiting.
            return false;
        }

        if (time.GetElapsedTime(_started) > node.Options.StartTimeout)
        {
            throw new StartupException($"No silo of the cluster {node.Options.ClusterId} was there within {node.Options.StartTimeout}.");
        }

        if (_attempts++ % AttemptsPerLine == 0)
        {
            LogWaiting(node.Options.ClusterId, exception.Message);
        }

        await Task.Delay(Pause, time, cancellationToken);
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "Waiting for a silo of the cluster {Cluster}: {Reason}")]
    private partial void LogWaiting(string cluster, string reason);
}
