using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RecActors.Retrieval;

namespace RecActors.Ranking;

/// <summary>The features of all candidates of a query, a column per feature: whole columns are transformed at once. Pooled; not safe for concurrent use.</summary>
internal sealed class FeatureTable
{
    /// <summary>Stretches the many small values of a sparse score: log(1 + 50 x).</summary>
    private const float SparseScale = 50f;

    /// <summary>So many candidates are ranked by counting: its work grows with the square, but has no branch that a processor could guess wrong.</summary>
    private const int MostCounted = 512;

    private float[] _columns = [];
    private ulong[] _keys = [];

    public int Candidates { get; private set; }

    /// <summary>A feature of all candidates.</summary>
    public Span<float> this[RankingFeature feature] => _columns.AsSpan((int)feature * Candidates, Candidates);

    /// <summary>Makes all features of so many candidates 0.</summary>
    public void Reset(int candidates)
    {
        Candidates = candidates;
        var length = candidates * FeatureSchema.Count;
        if (_columns.Length < length)
        {
            _columns = new float[length];
            _keys = new ulong[candidates];
        }

        Array.Clear(_columns, 0, length);
    }

    public void LogOfSparse(RankingFeature feature)
    {
        var column = this[feature];
        TensorPrimitives.Multiply(column, SparseScale, column);
        TensorPrimitives.LogP1(column, column);
    }

    public void Log1P(RankingFeature feature) => TensorPrimitives.LogP1(this[feature], this[feature]);

    /// <summary>Fills <paramref name="feature"/> with log(1 + rank) by <paramref name="of"/>, rank 0 for the best; equal values share their best rank.</summary>
    public void LogRank(RankingFeature feature, RankingFeature of)
    {
        var ranks = this[feature];
        if (Candidates <= MostCounted)
        {
            RankByCounting(this[of], ranks);
        }
        else
        {
            RankBySorting(this[of], ranks);
        }

        TensorPrimitives.LogP1(ranks, ranks);
    }

    /// <summary>Fills <paramref name="feature"/> with <paramref name="of"/> minus its best.</summary>
    public void Margin(RankingFeature feature, RankingFeature of)
    {
        if (Candidates > 0)
        {
            TensorPrimitives.Subtract(this[of], TensorPrimitives.Max(this[of]), this[feature]);
        }
    }

    /// <summary>The feature with this place in the schema.</summary>
    public ReadOnlySpan<float> Column(int place) => _columns.AsSpan(place * Candidates, Candidates);

    /// <summary>Writes all features of one candidate.</summary>
    public void CopyRow(int candidate, Span<float> destination)
    {
        for (var column = 0; column < FeatureSchema.Count; column++)
        {
            destination[column] = _columns[(column * Candidates) + candidate];
        }
    }

    /// <summary>Writes the table row by row.</summary>
    public void CopyRowMajor(Span<float> destination)
    {
        var width = FeatureSchema.Count;
        for (var column = 0; column < width; column++)
        {
            var values = _columns.AsSpan(column * Candidates, Candidates);
            for (var i = 0; i < values.Length; i++)
            {
                destination[(i * width) + column] = values[i];
            }
        }
    }

    /// <summary>A rank is the number of values above.</summary>
    private static void RankByCounting(ReadOnlySpan<float> values, Span<float> ranks)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            var counts = Vector<int>.Zero;
            var index = Vector512.IsHardwareAccelerated ? CountAbove(values, value, ref counts) : 0;
            for (; index <= values.Length - Vector<float>.Count; index += Vector<float>.Count)
            {
                counts -= Vector.GreaterThan(new Vector<float>(values[index..]), new Vector<float>(value));
            }

            var above = Vector.Sum(counts);
            for (; index < values.Length; index++)
            {
                above += values[index] > value ? 1 : 0;
            }

            ranks[i] = above;
        }
    }

    /// <summary>Counts in whole vectors of the widest kind, and returns how many values that were.</summary>
    private static int CountAbove(ReadOnlySpan<float> values, float value, ref Vector<int> counts)
    {
        var bound = Vector512.Create(value);
        var (even, odd) = (Vector512<int>.Zero, Vector512<int>.Zero);
        ref var first = ref MemoryMarshal.GetReference(values);
        var index = 0;
        for (; index <= values.Length - (2 * Vector512<float>.Count); index += 2 * Vector512<float>.Count)
        {
            even -= Vector512.GreaterThan(Vector512.LoadUnsafe(ref first, (nuint)index), bound).AsInt32();
            odd -= Vector512.GreaterThan(Vector512.LoadUnsafe(ref first, (nuint)index + (nuint)Vector512<float>.Count), bound).AsInt32();
        }

        counts = counts.WithElement(0, Vector512.Sum(even + odd));
        return index;
    }

    private void RankBySorting(ReadOnlySpan<float> values, Span<float> ranks)
    {
        for (var i = 0; i < values.Length; i++)
        {
            _keys[i] = RowOrder.KeyOf(values[i], i);
        }

        _keys.AsSpan(0, values.Length).Sort();
        var rank = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var candidate = RowOrder.RowOf(_keys[i]);
            rank = i > 0 && values[candidate] == values[RowOrder.RowOf(_keys[i - 1])] ? rank : i;
            ranks[candidate] = rank;
        }
    }
}
