using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using RecActors.Hosting;

namespace RecActors.Models;

/// <summary>The door to a silo's model replica. A silo that only trains agrees to everything and serves nothing.</summary>
[Reentrant]
internal sealed class ModelReplicaService(
    GrainId id, Silo silo, ILoggerFactory loggers, ModelReplica replica, IOptions<SiloRoleOptions> roles)
    : GrainService(id, silo, loggers), IModelReplicaService
{
    private bool Serves => roles.Value.Roles.HasFlag(SiloRoles.Serve);

    public async Task<string?> PrepareAsync(long version)
    {
        try
        {
            if (Serves)
            {
                await replica.PrepareAsync(version, CancellationToken.None);
            }

            return null;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            return failure.Message;
        }
    }

    public Task CommitAsync(ServingVersion serving) => Serves ? replica.CommitAsync(serving, CancellationToken.None) : Task.CompletedTask;

    public Task AbandonAsync(long version) => Serves ? replica.AbandonAsync(version, CancellationToken.None) : Task.CompletedTask;
}
