namespace RecActors.Interest;

/// <summary>stub</summary>
public sealed class FoldInPool(int capacity)
{
    public int Capacity => capacity;

    public int Count => throw new NotImplementedException();

    public long Hits => throw new NotImplementedException();

    public long Misses => throw new NotImplementedException();

    /// <summary>Embeddings of the user's history, from the pooled accumulators when they are there.</summary>
    public float[][] Encode(string userId, FoldIn foldIn, IItemVectors vectors, ReadOnlySpan<HistoryItem> newestFirst) => throw new NotImplementedException();

    /// <summary>Forgets the user's accumulators.</summary>
    public void Remove(string userId) => throw new NotImplementedException();
}
