using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime.Placement;
using RecActors.Catalog;
using RecActors.Failures;
using RecActors.Hosting;
using RecActors.Ranking;

namespace RecActors.Sharding;

/// <summary>
/// The door to a shard. Searches that wait together are answered by one pass over its vectors. It holds nothing itself: the vectors
/// belong to the silo, and are there before the door when a shard moves.
/// </summary>
[GrainType(TypeName)]
[ShardPlacement, KeepAlive, Immovable(ImmovableKind.Any)]
[Reentrant]
internal sealed class VectorShardGrain(
    VectorShards shards, ISiloReadiness readiness, ILocalSiloDetails silo, IOptions<ShardingOptions> sharding, IOptions<CatalogOptions> catalog)
    : Grain, IVectorShardGrain
{
    /// <summary>By which silos are found that may hold shards.</summary>
    public const string TypeName = "vector-shard";

    private readonly Queue<WaitingSearch> _waiting = new();
    private Task _loading = Task.CompletedTask;
    private bool _scanning;

    private int Index => (int)this.GetPrimaryKeyLong();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Not awaited: a large shard takes longer than an activation may, and calls wait for it.
        _loading = LoadAsync();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        shards.Deactivate(Index);
        return Task.CompletedTask;
    }

    public Task<ShardPlace> LocateAsync(int shards, CancellationToken cancellationToken)
    {
        Check(shards);
        return Task.FromResult(new ShardPlace(silo.SiloAddress, readiness.Report().Stopping));
    }

    public async Task<ShardSearchReply> SearchAsync(ShardSearchCall call, CancellationToken cancellationToken)
    {
        if (await FindAsync(call.Scope) is not { } vectors)
        {
            return new ShardSearchReply(false);
        }

        if (_waiting.Count >= catalog.Value.MaxWaitingQueries)
        {
            throw new OverloadedException($"{_waiting.Count} searches are waiting.");
        }

        var search = new WaitingSearch(vectors, call.ToSearch());
        _waiting.Enqueue(search);
        if (!_scanning)
        {
            _ = ScanWaitingAsync();
        }

        return ShardSearchReply.Of(await search.Hits.Task);
    }

    public async Task<ShardComparisonReply> CompareAsync(ShardComparisonCall call, CancellationToken cancellationToken) =>
        await FindAsync(call.Scope) is { } vectors
            ? ShardComparisonReply.Of(vectors.Compare(call.ToComparison()))
            : new ShardComparisonReply(false);

    public async Task<ShardVectorsReply> GetVectorsAsync(ShardVectorsCall call, CancellationToken cancellationToken)
    {
        if (await FindAsync(call.Scope) is not { } vectors)
        {
            return new ShardVectorsReply(false);
        }

        var found = vectors.VectorsOf(call.Items.Span);
        return new ShardVectorsReply(true, new(found.Vectors.Span), new(found.ChangeNumbers.Span));
    }

    public Task MoveAsync(SiloAddress target)
    {
        if (!target.Equals(silo.SiloAddress))
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, target);
            MigrateOnIdle();
        }

        return Task.CompletedTask;
    }

    private async Task LoadAsync()
    {
        try
        {
            await shards.ActivateAsync(Index, CancellationToken.None);
        }
        catch (Exception failure)
        {
            // The next call tries it again, here or elsewhere.
            DeactivateOnIdle();
            throw new UnavailableException($"Shard {Index} of the item vectors could not be loaded.", failure);
        }
    }

    /// <summary>The shard's vectors of the version that the caller works with, or null.</summary>
    private async ValueTask<VectorShard?> FindAsync(ShardScope scope)
    {
        Check(scope.Shards);
        if (!_loading.IsCompletedSuccessfully)
        {
            await readiness.WaitUntilStartedAsync(CancellationToken.None);
            await _loading;
        }

        return shards.Find(scope.ModelVersion, Index);
    }

    private void Check(int shards)
    {
        if (shards != sharding.Value.Shards)
        {
            throw new ArgumentException(
                $"The item vectors are in {sharding.Value.Shards} shards on silo {silo.SiloAddress}, and in {shards} on the silo that asks: "
                + $"set {ShardingOptions.Section}:{nameof(ShardingOptions.Shards)} to the same number everywhere.");
        }
    }

    private async Task ScanWaitingAsync()
    {
        _scanning = true;
        while (_waiting.Count > 0)
        {
            // Queries that have arrived already take their turns before this continues.
            await Task.Yield();
            Scan(TakePass());
        }

        _scanning = false;
    }

    /// <summary>The searches of the next pass: of one model and one similarity, as far as they wait together.</summary>
    private List<WaitingSearch> TakePass()
    {
        var pass = new List<WaitingSearch> { _waiting.Dequeue() };
        while (pass.Count < catalog.Value.MaxQueriesPerPass
            && _waiting.TryPeek(out var next)
            && next.Vectors == pass[0].Vectors
            && next.Search.Similarity == pass[0].Search.Similarity)
        {
            pass.Add(_waiting.Dequeue());
        }

        return pass;
    }

    private static void Scan(List<WaitingSearch> pass)
    {
        RankingTelemetry.Scanned(pass.Count);
        try
        {
            var hits = pass[0].Vectors.Search([.. pass.Select(search => search.Search)]);
            for (var i = 0; i < pass.Count; i++)
            {
                pass[i].Hits.SetResult(hits[i]);
            }
        }
        catch (Exception failure)
        {
            foreach (var search in pass)
            {
                search.Hits.TrySetException(failure);
            }
        }
    }

    private sealed record WaitingSearch(VectorShard Vectors, ShardSearch Search)
    {
        public TaskCompletionSource<ShardHits> Hits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
