using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Services;

namespace RecActors.Models;

/// <summary>All silos' model replicas, for the registry. Thread-safe.</summary>
internal sealed partial class ModelReplicas(
    IServiceProvider services, IClusterMembershipService membership, IOptions<ModelReplicaOptions> options, TimeProvider time, ILogger<ModelReplicas> logger)
    : GrainServiceClient<IModelReplicaService>(services)
{
    /// <summary>Makes every active silo ready for a version. Null when all are; else who is not, and why.</summary>
    public async Task<string?> PrepareAsync(long version)
    {
        var refusals = await Task.WhenAll(ActiveSilos().Select(silo => PrepareAsync(silo, version)));
        return refusals.FirstOrDefault(refusal => refusal is not null);
    }

    /// <summary>Tells every active silo what serves. One that cannot be told asks within its poll interval.</summary>
    public Task CommitAsync(ServingVersion serving) => TellAsync(replica => replica.CommitAsync(serving));

    /// <summary>Tells every active silo that a version will not serve now.</summary>
    public Task AbandonAsync(long version) => TellAsync(replica => replica.AbandonAsync(version));

    private IEnumerable<SiloAddress> ActiveSilos() =>
        membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress);

    private async Task<string?> PrepareAsync(SiloAddress silo, long version)
    {
        try
        {
            var refusal = await GetGrainService(silo).PrepareAsync(version).WaitAsync(options.Value.PrepareTimeout, time);
            return refusal is null ? null : $"Silo {silo} refuses: {refusal}";
        }
        catch (Exception failure)
        {
            LogUnreached(failure, silo);
            return $"Silo {silo} does not answer: {failure.Message}";
        }
    }

    private Task TellAsync(Func<IModelReplicaService, Task> message) => Task.WhenAll(ActiveSilos().Select(async silo =>
    {
        try
        {
            await message(GetGrainService(silo));
        }
        catch (Exception failure)
        {
            LogUnreached(failure, silo);
        }
    }));

    [LoggerMessage(LogLevel.Warning, "The model replica of silo {Silo} does not answer")]
    private partial void LogUnreached(Exception failure, SiloAddress silo);
}
