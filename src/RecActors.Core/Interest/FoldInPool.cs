namespace RecActors.Interest;

/// <summary>
/// Accumulators of the users who were active last (about 28 KB each at d = 64), the least recently used giving way. Safe for
/// concurrent use; one short lock, never held over arithmetic.
/// </summary>
/// <param name="capacity">Most states kept, at least 1.</param>
public sealed class FoldInPool(int capacity)
{
    private readonly UserStates<FoldInState> _states = new(capacity);

    /// <summary>Most states kept.</summary>
    public int Capacity => _states.Capacity;

    /// <summary>States kept now.</summary>
    public int Count => _states.Count;

    /// <summary>Calls that found the user's accumulators, of the model asked for.</summary>
    public long Hits => _states.Hits;

    /// <summary>Calls that had to sum from scratch.</summary>
    public long Misses => _states.Misses;

    /// <summary>Embeddings of the user's history, from the pooled accumulators when they are there.</summary>
    public float[][] Encode(string userId, FoldIn foldIn, IItemVectors vectors, ReadOnlySpan<HistoryItem> newestFirst)
    {
        ArgumentNullException.ThrowIfNull(foldIn);
        var lease = _states.Take(userId, foldIn, static (state, owner) => ReferenceEquals(state.Owner, owner), static owner => owner.CreateState());
        var embeddings = foldIn.Encode(newestFirst, vectors, lease.State);
        _states.Return(lease);
        return embeddings;
    }

    /// <summary>Forgets the user's accumulators.</summary>
    public void Remove(string userId) => _states.Remove(userId);

    /// <summary>Forgets all: after a change of model, what is pooled only costs memory.</summary>
    public void Clear() => _states.Clear();
}
