using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Services;
using RecActors.Hosting;

namespace RecActors.Models;

/// <summary>The model replicas of all silos that serve, for the registry. Thread-safe.</summary>
internal sealed partial class ModelReplicas(
    IServiceProvider services, ServingSilos silos, IOptions<ModelReplicaOptions> options, TimeProvider time, ILogger<ModelReplicas> logger)
    : GrainServiceClient<IModelReplicaService>(services)
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Makes every silo that serves ready for a version. Null when all are; else who is not, and why. A silo that goes away meanwhile has
    /// nothing to be ready for, and one that comes loads what serves before it is ready.
    /// </summary>
    public async Task<string?> PrepareAsync(long version)
    {
        var refusals = await Task.WhenAll(silos.Active.ToList().Select(silo => PrepareAsync(silo, version)));
        return refusals.FirstOrDefault(refusal => refusal is not null);
    }

    /// <summary>Tells every silo what serves. One that cannot be told in time asks within its poll interval.</summary>
    public Task CommitAsync(ServingVersion serving) => TellAsync(replica => replica.CommitAsync(serving));

    /// <summary>Tells every silo that a version will not serve now.</summary>
    public Task AbandonAsync(long version) => TellAsync(replica => replica.AbandonAsync(version));

    private async Task<string?> PrepareAsync(SiloAddress silo, long version)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var left = options.Value.PrepareTimeout - time.GetElapsedTime(started);
            try
            {
                var refusal = await GetGrainService(silo).PrepareAsync(version).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
                return refusal is null ? null : $"Silo {silo} refuses: {refusal}";
            }
            catch (Exception failure)
            {
                LogUnreached(failure, silo);
                if (!silos.Active.Contains(silo))
                {
                    return null;
                }

                if (left <= Retry)
                {
                    return $"Silo {silo} does not answer: {failure.Message}";
                }

                // A dead silo is still in the membership table for a moment; one that is slow goes on preparing.
                await Task.Delay(Retry, time);
            }
        }
    }

    private Task TellAsync(Func<IModelReplicaService, Task> message) => Task.WhenAll(silos.Active.ToList().Select(async silo =>
    {
        try
        {
            await message(GetGrainService(silo)).WaitAsync(options.Value.CommitTimeout, time);
        }
        catch (Exception failure)
        {
            LogUnreached(failure, silo);
        }
    }));

    [LoggerMessage(LogLevel.Warning, "The model replica of silo {Silo} does not answer")]
    private partial void LogUnreached(Exception failure, SiloAddress silo);
}
