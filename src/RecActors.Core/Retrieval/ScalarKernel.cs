namespace RecActors.Retrieval;

/// <summary>The reference: one multiplication after the other.</summary>
internal sealed class ScalarKernel : IVectorKernel
{
    public string Name => "scalar";

    public float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length, nameof(y));
        var sum = 0f;
        for (var index = 0; index < x.Length; index++)
        {
            sum += x[index] * y[index];
        }

        return sum;
    }

    public void Dots(ReadOnlySpan<float> rows, ReadOnlySpan<float> query, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, scores.Length * query.Length, nameof(rows));
        for (var row = 0; row < scores.Length; row++)
        {
            scores[row] = Dot(rows.Slice(row * query.Length, query.Length), query);
        }
    }

    public void CodeSums(ReadOnlySpan<byte> tiles, ReadOnlySpan<sbyte> query, Span<int> sums)
    {
        CodeTiles.Check(tiles, query, sums);
        CodeTiles.Sums(tiles, query, sums);
    }
}
