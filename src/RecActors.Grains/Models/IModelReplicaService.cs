using Orleans.Services;

namespace RecActors.Models;

/// <summary>How the registry reaches the model replica of every silo.</summary>
[Alias("recactors.model-replica"), GrainInterfaceType("recactors.model-replica")]
internal interface IModelReplicaService : IGrainService
{
    /// <summary>Null when the silo can serve the version from now on; else why not.</summary>
    [Alias("prepare")]
    Task<string?> PrepareAsync(long version);

    [Alias("commit")]
    Task CommitAsync(ServingVersion serving);

    [Alias("abandon")]
    Task AbandonAsync(long version);
}
