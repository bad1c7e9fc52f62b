using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RecActors.Sharding;

/// <summary>
/// Looks where the shards are, and brings those to this silo that should be here: it loads a shard's vectors first and has its door
/// moved then, so that no call waits for vectors. One per silo.
/// </summary>
internal sealed partial class ShardWatch(
    ShardCalls calls,
    VectorShards shards,
    IGrainFactory grains,
    ILocalSiloDetails self,
    IClusterManifestProvider manifests,
    IClusterMembershipService membership,
    IOptions<ShardingOptions> options,
    TimeProvider time,
    ILogger<ShardWatch> logger)
{
    private static readonly GrainType ShardType = GrainType.Create(VectorShardGrain.TypeName);
    private static readonly TimeSpan HandOverPoll = TimeSpan.FromMilliseconds(50);
    private volatile bool _complete;

    /// <summary>
    /// True when all shards have answered since the silo started. Later it stays true: a shard that is lost for a moment is lost
    /// for all silos, and if all of them called themselves not ready nobody would be left to answer when it is back.
    /// </summary>
    public bool IsComplete => !IsSharded || _complete;

    private bool IsSharded => options.Value.Mode == CatalogMode.Sharded;

    /// <summary>Looks for the first time.</summary>
    /// <exception cref="ArgumentException">Another silo is configured with another number of shards.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsSharded)
        {
            await LookAsync(cancellationToken);
        }
    }

    /// <summary>Looks and takes over until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!IsSharded)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.Value.ShardCheckInterval, time);
        do
        {
            try
            {
                await TakeOverAsync(await LookAsync(cancellationToken), cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Waits until other silos have taken this one's shards over, if there are others.</summary>
    public async Task HandOverAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (IsSharded && shards.HasActive && Holders().Any(silo => !silo.Equals(self.SiloAddress)))
        {
            if (time.GetElapsedTime(started) > options.Value.HandOverTimeout)
            {
                LogNotHandedOver(options.Value.HandOverTimeout);
                return;
            }

            await Task.Delay(HandOverPoll, time, cancellationToken);
        }
    }

    private async Task<ShardPlace?[]> LookAsync(CancellationToken cancellationToken)
    {
        var places = await calls.LocateAsync(cancellationToken);
        _complete |= Array.TrueForAll(places, place => place is not null);
        return places;
    }

    private async Task TakeOverAsync(ShardPlace?[] places, CancellationToken cancellationToken)
    {
        foreach (var (shard, _) in ShardBalance.Moves(places, Holders()).Where(move => move.Target.Equals(self.SiloAddress)))
        {
            try
            {
                await shards.PrepareAsync(shard, cancellationToken);
                var door = grains.GetGrain<IVectorShardGrain>(shard);
                await door.MoveAsync(self.SiloAddress);

                // Its next call brings it here; what it needs is kept until then.
                var place = await door.LocateAsync(options.Value.Shards, cancellationToken);
                LogTaken(shard, places[shard]!.Value.Silo, place.Silo);
            }
            finally
            {
                shards.EndPreparation(shard);
            }
        }
    }

    /// <summary>The active silos that may hold shards.</summary>
    private IEnumerable<SiloAddress> Holders()
    {
        var known = manifests.Current.Silos;
        return membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active)
            .Select(member => member.SiloAddress)
            .Where(silo => known.TryGetValue(silo, out var manifest) && manifest.Grains.ContainsKey(ShardType));
    }

    [LoggerMessage(LogLevel.Information, "Shard {Shard} of the item vectors was on silo {Before}, and is on {After} now")]
    private partial void LogTaken(int shard, SiloAddress before, SiloAddress after);

    [LoggerMessage(LogLevel.Warning, "Where the shards of the item vectors are could not be seen to; it is tried again")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(LogLevel.Warning, "No other silo took this one's shards of the item vectors over within {Timeout}; they are loaded anew elsewhere")]
    private partial void LogNotHandedOver(TimeSpan timeout);
}
