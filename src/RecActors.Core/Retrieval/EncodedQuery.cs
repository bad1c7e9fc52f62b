namespace RecActors.Retrieval;

/// <summary>A query as an index sees it, in floats and in a byte per dimension. Reusable; not for concurrent use.</summary>
internal sealed class EncodedQuery
{
    private float[] _placed = [];
    private sbyte[] _code = [];

    /// <summary>In whole groups of dimensions.</summary>
    public ReadOnlySpan<sbyte> Code => _code;

    /// <summary>The value of a step of the code.</summary>
    public float Scale { get; private set; }

    /// <summary>What a row's sum has too much.</summary>
    public int Zero { get; private set; }

    /// <summary>The length in the index.</summary>
    public float Length { get; private set; }

    /// <summary>|q|² as it was asked.</summary>
    public float SquaredNorm { get; private set; }

    public void Set(IndexSpace space, ReadOnlySpan<float> query)
    {
        if (_placed.Length != space.Dimensions)
        {
            _placed = new float[space.Dimensions];
            _code = new sbyte[CodeTiles.BytesOf(space.Dimensions)];
        }

        SquaredNorm = VectorKernels.Best.Dot(query, query);
        Length = space.Place(query, SquaredNorm, _placed);
        Scale = CodeTiles.EncodeQuery(_placed, _code, out var zero);
        Zero = zero;
    }
}
