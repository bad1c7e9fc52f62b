namespace RecActors.Interest;

/// <summary>
/// The sums of one user's fold-in: per decay A = Σ γᵃ w v vᵀ, b = Σ γᵃ w v over liked items and the weight Σ γᵃ w, where a is an
/// item's age in newer items; and the history they are sums of. About 28 KB at d = 64 and W = 200, hence pooled. Belongs to the
/// <see cref="FoldIn"/> that made it. Not safe for concurrent use.
/// </summary>
public sealed class FoldInState
{
    private readonly float[] _squaredNorms;
    private readonly HistoryItem[] _newestFirst;

    internal FoldInState(FoldIn owner, PackedLayout layout, FoldInParameters parameters)
    {
        Owner = owner;
        Matrices = [.. parameters.Decays.Select(_ => new float[layout.Length])];
        Vectors = [.. parameters.Decays.Select(_ => new float[layout.Padded])];
        Weights = new double[parameters.Decays.Length];
        _newestFirst = new HistoryItem[parameters.Window + 1];
        _squaredNorms = new float[parameters.Window + 1];
    }

    internal FoldIn Owner { get; }

    /// <summary>A per decay, packed.</summary>
    internal float[][] Matrices { get; }

    /// <summary>b per decay, padded.</summary>
    internal float[][] Vectors { get; }

    /// <summary>Σ γᵃ w per decay.</summary>
    internal double[] Weights { get; }

    internal int Count { get; private set; }

    internal int Window => _newestFirst.Length - 1;

    /// <summary>Incremental steps since the sums were last made from scratch: each leaves its rounding behind.</summary>
    internal int StepsSinceRebuild { get; set; }

    internal ReadOnlySpan<HistoryItem> NewestFirst => _newestFirst.AsSpan(0, Count);

    internal ReadOnlySpan<float> SquaredNorms => _squaredNorms.AsSpan(0, Count);

    internal void Reset(ReadOnlySpan<HistoryItem> newestFirst, IItemVectors vectors)
    {
        newestFirst.CopyTo(_newestFirst);
        for (var age = 0; age < newestFirst.Length; age++)
        {
            _squaredNorms[age] = vectors.SquaredNorm(newestFirst[age].Row);
        }

        Count = newestFirst.Length;
        StepsSinceRebuild = 0;
        foreach (var matrix in Matrices)
        {
            Array.Clear(matrix);
        }

        foreach (var vector in Vectors)
        {
            Array.Clear(vector);
        }

        Array.Clear(Weights);
    }

    /// <summary>Makes an item the newest; the one at <paramref name="replacedAge"/>, unless negative, goes.</summary>
    internal void PushFront(HistoryItem item, float squaredNorm, int replacedAge)
    {
        var moved = replacedAge < 0 ? Count++ : replacedAge;
        Array.Copy(_newestFirst, 0, _newestFirst, 1, moved);
        Array.Copy(_squaredNorms, 0, _squaredNorms, 1, moved);
        _newestFirst[0] = item;
        _squaredNorms[0] = squaredNorm;
    }

    internal void DropOldest() => Count--;
}
