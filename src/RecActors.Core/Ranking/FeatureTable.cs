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

    /// <summary>Values of a register.</summary>
    private const int Lanes = 16;

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
        var place = 0;
        for (; Vector512.IsHardwareAccelerated && place <= values.Length - (4 * Lanes); place += 4 * Lanes)
        {
            RankFour(values, place, ranks);
        }

        for (; place < values.Length && values.Length >= Lanes; place += Lanes)
        {
            // The last ones of all may be ranked twice: the same again.
            RankOne(values, Math.Min(place, values.Length - Lanes), ranks);
        }

        for (; place < values.Length; place++)
        {
            var above = 0;
            foreach (var value in values)
            {
                above += value > values[place] ? 1 : 0;
            }

            ranks[place] = above;
        }
    }

    /// <summary>Four registers of values from a place on, each with all others at once: no sums across a register.</summary>
    private static void RankFour(ReadOnlySpan<float> values, int place, Span<float> ranks)
    {
        ref var from = ref MemoryMarshal.GetReference(values[place..]);
        var (first, second) = (Vector512.LoadUnsafe(ref from), Vector512.LoadUnsafe(ref from, Lanes));
        var (third, fourth) = (Vector512.LoadUnsafe(ref from, 2 * Lanes), Vector512.LoadUnsafe(ref from, 3 * Lanes));
        Vector512<int> above1 = default, above2 = default, above3 = default, above4 = default;
        foreach (var value in values)
        {
            var other = Vector512.Create(value);
            above1 -= Vector512.GreaterThan(other, first).AsInt32();
            above2 -= Vector512.GreaterThan(other, second).AsInt32();
            above3 -= Vector512.GreaterThan(other, third).AsInt32();
            above4 -= Vector512.GreaterThan(other, fourth).AsInt32();
        }

        Vector512.ConvertToSingle(above1).CopyTo(ranks[place..]);
        Vector512.ConvertToSingle(above2).CopyTo(ranks[(place + Lanes)..]);
        Vector512.ConvertToSingle(above3).CopyTo(ranks[(place + (2 * Lanes))..]);
        Vector512.ConvertToSingle(above4).CopyTo(ranks[(place + (3 * Lanes))..]);
    }

    private static void RankOne(ReadOnlySpan<float> values, int place, Span<float> ranks)
    {
        var some = Vector512.Create(values.Slice(place, Lanes));
        var above = Vector512<int>.Zero;
        foreach (var value in values)
        {
            above -= Vector512.GreaterThan(Vector512.Create(value), some).AsInt32();
        }

        Vector512.ConvertToSingle(above).CopyTo(ranks[place..]);
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
