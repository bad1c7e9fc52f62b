using Microsoft.Extensions.Options;
using Orleans.Runtime.Messaging;
using RecActors.Calls;
using RecActors.Failures;
using RecActors.Interest;
using RecActors.Models;

namespace RecActors.Sharding;

/// <summary>Asks the shards, all at once and with a deadline. Thread-safe.</summary>
internal sealed class ShardCalls(IGrainFactory grains, ShardedItems items, IOptions<ShardingOptions> options, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(25);

    /// <summary>Where the shards are, by their indexes; null for one that does not answer.</summary>
    public Task<ShardPlace?[]> LocateAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, items.Shards).Select(async shard =>
        {
            try
            {
                return await AskAsync(shard, grain => grain.LocateAsync(items.Shards, cancellationToken), cancellationToken);
            }
            catch (UnavailableException)
            {
                return (ShardPlace?)null;
            }
        }));

    /// <exception cref="UnavailableException">A shard does not answer.</exception>
    /// <exception cref="ShardModelException">A shard does not have the model.</exception>
    public Task<ShardHits[]> SearchAsync(ServingModel model, IReadOnlyList<ShardSearch> searches, CancellationToken cancellationToken) =>
        Task.WhenAll(searches.Select(async (search, shard) =>
        {
            var call = ShardSearchCall.Of(ScopeOf(model), search);
            var reply = await AskAsync(shard, grain => grain.SearchAsync(call, cancellationToken), cancellationToken);
            return reply.HasModel ? reply.ToHits() : throw new ShardModelException(shard, model.Version);
        }));

    /// <exception cref="UnavailableException">A shard does not answer.</exception>
    /// <exception cref="ShardModelException">A shard does not have the model.</exception>
    public Task<ShardFeatures?[]> CompareAsync(
        ServingModel model, IReadOnlyList<ShardComparison?> comparisons, CancellationToken cancellationToken) =>
        Task.WhenAll(comparisons.Select(async (comparison, shard) =>
        {
            if (comparison is null)
            {
                return null;
            }

            var call = ShardComparisonCall.Of(ScopeOf(model), comparison);
            var reply = await AskAsync(shard, grain => grain.CompareAsync(call, cancellationToken), cancellationToken);
            return reply.HasModel ? reply.ToFeatures() : throw new ShardModelException(shard, model.Version);
        }));

    /// <summary>
    /// The vectors of some items: the model's own where it has them; else from this silo's cache, and from the shards what is
    /// missing there.
    /// </summary>
    /// <exception cref="UnavailableException">A shard does not answer.</exception>
    /// <exception cref="ShardModelException">A shard does not have the model.</exception>
    public ValueTask<IItemVectors> VectorsOfAsync(
        ServingModel model, ReadOnlyMemory<HistoryItem> history, CancellationToken cancellationToken = default) =>
        model.Sharded is { } sharded ? FetchAsync(model, sharded, history, cancellationToken) : new(model.Vectors);

    private async ValueTask<IItemVectors> FetchAsync(
        ServingModel model, ShardedVectors sharded, ReadOnlyMemory<HistoryItem> history, CancellationToken cancellationToken)
    {
        var vectors = new FetchedVectors(model.Dimensions, sharded.Cache);
        var missing = Missing(vectors, sharded, history.Span);
        if (missing is null)
        {
            return vectors;
        }

        var replies = await Task.WhenAll(missing.Select(rows => rows.Count == 0
            ? Task.FromResult<ShardVectorsReply?>(null)
            : FetchAsync(model, items.ShardOf(rows[0]), rows, cancellationToken)));
        for (var shard = 0; shard < replies.Length; shard++)
        {
            for (var i = 0; i < missing[shard].Count; i++)
            {
                var vector = replies[shard]!.Vectors.Span.Slice(i * model.Dimensions, model.Dimensions);
                vectors.Set(missing[shard][i], sharded.Cache.Add(missing[shard][i], vector, replies[shard]!.ChangeNumbers.Span[i]));
            }
        }

        return vectors;
    }

    /// <summary>Takes what the cache has; the rows of the others by shard, or null when there are none.</summary>
    private List<int>[]? Missing(FetchedVectors vectors, ShardedVectors sharded, ReadOnlySpan<HistoryItem> history)
    {
        List<int>[]? missing = null;
        foreach (var item in history)
        {
            if (sharded.Cache.TryGet(item.Row, out var cached))
            {
                vectors.Set(item.Row, cached);
            }
            else
            {
                missing ??= [.. Enumerable.Range(0, items.Shards).Select(_ => new List<int>())];
                missing[items.ShardOf(item.Row)].Add(item.Row);
            }
        }

        return missing;
    }

    private async Task<ShardVectorsReply?> FetchAsync(ServingModel model, int shard, List<int> rows, CancellationToken cancellationToken)
    {
        ulong[] keys = [.. rows.Select(items.KeyOf)];
        var call = new ShardVectorsCall(ScopeOf(model), new(keys));
        var reply = await AskAsync(shard, grain => grain.GetVectorsAsync(call, cancellationToken), cancellationToken);
        return reply.HasModel ? reply : throw new ShardModelException(shard, model.Version);
    }

    private ShardScope ScopeOf(ServingModel model) => new(items.Shards, model.Version);

    private async Task<T> AskAsync<T>(int shard, Func<IVectorShardGrain, Task<T>> ask, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await ask(grains.GetKnownGrain<IVectorShardGrain>(shard)).WaitAsync(options.Value.ShardDeadline, time, cancellationToken);
            }
            catch (Exception failure) when (failure is TimeoutException or OrleansException or ConnectionFailedException)
            {
                if (failure is TimeoutException || time.GetElapsedTime(started) > options.Value.ShardDeadline)
                {
                    throw new UnavailableException($"Shard {shard} of the item vectors does not answer.", failure);
                }
            }

            // Refused, because the shard is moving or its silo gone: asking again finds it where it is then.
            await Task.Delay(RetryDelay, time, cancellationToken);
        }
    }
}

/// <summary>A shard does not have the model version that an answer is being made with: it is to be made with the one that serves.</summary>
internal sealed class ShardModelException : Exception
{
    public ShardModelException(int shard, long version)
        : base($"Shard {shard} does not have model {version}.")
    {
    }
}
