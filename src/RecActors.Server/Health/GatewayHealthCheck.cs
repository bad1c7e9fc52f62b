using RecActors.Redis;

namespace RecActors.Health;

/// <summary>Ready: the process has started, is not stopping, and lately a serving silo has answered it.</summary>
internal sealed class GatewayHealthCheck(IHostApplicationLifetime lifetime, ServingProbe probe, RedisConnection? redis = null) : IServingHealth
{
    public ValueTask<ServingHealth> CheckAsync(CancellationToken cancellationToken)
    {
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
        {
            return ValueTask.FromResult(new ServingHealth(false, false, 0, Reason: "waiting for the cluster"));
        }

        var (answer, failure) = probe.Current;
        var reason = lifetime.ApplicationStopping.IsCancellationRequested ? "stopping" : answer is null ? failure : null;
        return ValueTask.FromResult(new ServingHealth(
            reason is null, answer is not null, answer?.ModelVersion ?? 0, answer?.ColdStart ?? false, reason, StoreDescription.Of(redis)));
    }
}
