using System.Collections.Concurrent;
using RecActors.Retrieval;

namespace RecActors.Sharding;

/// <summary>What a process has of a model whose vectors are in shards: the shards that live here, and a cache of single vectors. Thread-safe.</summary>
public sealed class ShardedVectors(ItemVectorCache cache) : IDisposable
{
    private readonly ConcurrentDictionary<int, VectorShard> _shards = new();
    private volatile bool _disposed;

    /// <summary>Vectors of items that users of this process acted on.</summary>
    public ItemVectorCache Cache { get; } = cache;

    /// <summary>True when the model is no longer used.</summary>
    public bool IsDisposed => _disposed;

    /// <summary>The shard, if it lives here.</summary>
    public VectorShard? this[int index] => _shards.GetValueOrDefault(index);

    /// <summary>The vectors of the shards that live here.</summary>
    internal IEnumerable<VectorTable> Tables => _shards.Values.Select(shard => shard.Table);

    /// <summary>Takes a shard in; one that is there already is kept.</summary>
    public void Add(int index, VectorShard shard)
    {
        ArgumentNullException.ThrowIfNull(shard);
        if (!_shards.TryAdd(index, shard) || _disposed)
        {
            shard.Dispose();
        }
    }

    /// <summary>Lets go of a shard. Searches in flight may go on using it.</summary>
    public void Remove(int index)
    {
        if (_shards.TryRemove(index, out var shard))
        {
            shard.Dispose();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        foreach (var shard in _shards.Values)
        {
            shard.Dispose();
        }
    }
}
