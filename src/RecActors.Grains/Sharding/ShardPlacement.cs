using Microsoft.Extensions.Options;
using Orleans.Placement;
using Orleans.Runtime.Placement;
using RecActors.Failures;

namespace RecActors.Sharding;

/// <summary>
/// Spreads shards over the silos that may hold them: by index over the sorted silos. Load-aware placement would put shards that are
/// activated together on one silo. When silos come and go, <see cref="ShardWatch"/> moves what exists.
/// </summary>
[GenerateSerializer, Immutable, Alias("recactors.shard-placement")]
internal sealed class ShardPlacement : PlacementStrategy;

/// <summary>Places a grain by <see cref="ShardPlacement"/>; its key is an integer.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShardPlacementAttribute() : PlacementAttribute(new ShardPlacement());

/// <summary>Chooses the silo of a shard.</summary>
internal sealed class ShardPlacementDirector(IOptions<ShardingOptions> options) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        if (IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) is { } hint)
        {
            return Task.FromResult(hint);
        }

        if (silos.Length < options.Value.MinimumSilos)
        {
            throw new UnavailableException($"{silos.Length} of the {options.Value.MinimumSilos} silos are here that are to share the item vectors.");
        }

        Array.Sort(silos);
        return Task.FromResult(silos[target.GrainIdentity.GetIntegerKey() % silos.Length]);
    }
}
