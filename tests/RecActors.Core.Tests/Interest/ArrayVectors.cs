namespace RecActors.Interest;

/// <summary>Item vectors in one array, drawn from a seed.</summary>
internal sealed class ArrayVectors(int dimensions, float[] values) : IItemVectors
{
    public int Dimensions => dimensions;

    public int Count => values.Length / dimensions;

    public float[] Values => values;

    public static ArrayVectors Random(int count, int dimensions, int seed, float scale = 0.5f)
    {
        var random = new Random(seed);
        var values = new float[count * dimensions];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)((random.NextDouble() * 2) - 1) * scale;
        }

        return new ArrayVectors(dimensions, values);
    }

    public ReadOnlySpan<float> Row(int row) => values.AsSpan(row * dimensions, dimensions);

    public float SquaredNorm(int row)
    {
        var sum = 0f;
        foreach (var value in Row(row))
        {
            sum += value * value;
        }

        return sum;
    }

    /// <summary>VᵀV, row-major.</summary>
    public float[] Gram()
    {
        var gram = new float[dimensions * dimensions];
        for (var item = 0; item < Count; item++)
        {
            var row = Row(item);
            for (var i = 0; i < dimensions; i++)
            {
                for (var j = 0; j < dimensions; j++)
                {
                    gram[(i * dimensions) + j] += row[i] * row[j];
                }
            }
        }

        return gram;
    }
}
