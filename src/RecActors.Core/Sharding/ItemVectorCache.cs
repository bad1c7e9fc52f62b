using System.Collections.Concurrent;
using RecActors.Catalog;
using RecActors.Retrieval;

namespace RecActors.Sharding;

/// <summary>
/// Vectors of items by row, of one model, fetched from the shards: between half and all of <paramref name="capacity"/> of those used
/// last. A vector that is older than the item's last change is not given: it may have been made from the item's old content.
/// Thread-safe.
/// </summary>
/// <param name="catalog">The rows' catalog.</param>
/// <param name="capacity">Most vectors kept, at least 2.</param>
public sealed class ItemVectorCache(CatalogReplica catalog, int capacity)
{
    private readonly Lock _turn = new();
    private ConcurrentDictionary<int, CachedVector> _young = new();
    private ConcurrentDictionary<int, CachedVector> _old = new();
    private int _youngCount;

    /// <summary>The vector of a row, if it is here and right.</summary>
    public bool TryGet(int row, out CachedVector vector)
    {
        if (_young.TryGetValue(row, out vector!) || (_old.TryGetValue(row, out vector!) && Keep(row, vector)))
        {
            return vector.ChangeNumber >= catalog.ChangeNumberOf(row);
        }

        return false;
    }

    /// <summary>Keeps a vector of a row for some time.</summary>
    public CachedVector Add(int row, ReadOnlySpan<float> vector, long changeNumber)
    {
        var cached = new CachedVector(vector.ToArray(), VectorKernels.Best.Dot(vector, vector), changeNumber);
        Keep(row, cached);
        return cached;
    }

    private bool Keep(int row, CachedVector vector)
    {
        if (!_young.TryAdd(row, vector))
        {
            _young[row] = vector;
            return true;
        }

        // Counted here, because the dictionary locks all of itself to count.
        if (Interlocked.Increment(ref _youngCount) > capacity / 2)
        {
            lock (_turn)
            {
                if (_youngCount > capacity / 2)
                {
                    (_old, _young, _youngCount) = (_young, new(), 0);
                }
            }
        }

        return true;
    }
}

/// <summary>A vector as it was fetched.</summary>
/// <param name="Vector">The vector; zeros when the item has none.</param>
/// <param name="SquaredNorm">|v|².</param>
/// <param name="ChangeNumber">The feed number up to which it follows the item's content.</param>
public sealed record CachedVector(float[] Vector, float SquaredNorm, long ChangeNumber);
