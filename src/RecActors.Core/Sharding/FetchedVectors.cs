using RecActors.Interest;
using RecActors.Retrieval;

namespace RecActors.Sharding;

/// <summary>
/// Vectors of some rows, fetched for a query, and of others as far as a cache has them; a row that is in neither has none. For one
/// query: not safe for concurrent writers.
/// </summary>
public sealed class FetchedVectors : IItemVectors
{
    private readonly Dictionary<int, CachedVector> _fetched = [];
    private readonly ItemVectorCache? _cache;
    private readonly float[] _zero;

    public FetchedVectors(int dimensions, ItemVectorCache? cache = null)
    {
        _cache = cache;
        _zero = new float[dimensions];
    }

    public int Dimensions => _zero.Length;

    public ReadOnlySpan<float> Row(int row) => Find(row) is { } vector ? vector.Vector : _zero;

    public float SquaredNorm(int row) => Find(row)?.SquaredNorm ?? 0;

    /// <summary>Sets the vector of a row.</summary>
    public void Set(int row, CachedVector vector) => _fetched[row] = vector;

    /// <summary>Sets the vector of a row.</summary>
    public void Set(int row, ReadOnlySpan<float> vector) =>
        _fetched[row] = new CachedVector(vector.ToArray(), VectorKernels.Best.Dot(vector, vector), 0);

    /// <summary>True when the row's vector was set.</summary>
    public bool Contains(int row) => _fetched.ContainsKey(row);

    private CachedVector? Find(int row) =>
        _fetched.TryGetValue(row, out var vector) || (_cache is not null && _cache.TryGet(row, out vector)) ? vector : null;
}
