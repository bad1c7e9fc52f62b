namespace RecActors.Retrieval;

/// <summary>Consecutive rows of a <see cref="VectorTable"/>. Rows that readers see are never written again.</summary>
internal sealed class VectorBlock
{
    public VectorBlock(int dimensions)
        : this(new float[VectorTable.BlockRows * dimensions], new float[VectorTable.BlockRows])
    {
    }

    private VectorBlock(float[] values, float[] squaredNorms)
    {
        Values = values;
        SquaredNorms = squaredNorms;
    }

    /// <summary>Row after row.</summary>
    public float[] Values { get; }

    /// <summary>|v|² of each row.</summary>
    public float[] SquaredNorms { get; }

    public ReadOnlySpan<float> Row(int index, int dimensions) => Values.AsSpan(index * dimensions, dimensions);

    public void Set(int index, ReadOnlySpan<float> vector, float squaredNorm)
    {
        vector.CopyTo(Values.AsSpan(index * vector.Length));
        SquaredNorms[index] = squaredNorm;
    }

    public VectorBlock Clone() => new((float[])Values.Clone(), (float[])SquaredNorms.Clone());
}
