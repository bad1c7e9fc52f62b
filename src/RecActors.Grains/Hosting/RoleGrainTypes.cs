using Microsoft.Extensions.Options;
using Orleans.Configuration;
using RecActors.Sharding;
using RecActors.Training;

namespace RecActors.Hosting;

/// <summary>Leaves a silo the grain classes of its roles, so that placement never puts a user on a silo that only trains, the trainer on one that only serves, or a shard on one that has all item vectors.</summary>
internal sealed class RoleGrainTypes(IOptions<SiloRoleOptions> roles, IOptions<ShardingOptions> sharding) : IPostConfigureOptions<GrainTypeOptions>
{
    public void PostConfigure(string? name, GrainTypeOptions options) => options.Classes.RemoveWhere(type =>
        type.Assembly == typeof(RoleGrainTypes).Assembly
        && (!roles.Value.Roles.HasFlag(type == typeof(TrainerGrain) ? SiloRoles.Train : SiloRoles.Serve)
            || (type == typeof(VectorShardGrain) && sharding.Value.Mode != CatalogMode.Sharded)));
}
