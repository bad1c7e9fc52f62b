namespace RecActors.Retrieval;

/// <summary>
/// The arithmetic of retrieval. A kernel sums in an order of its own that depends only on the number of dimensions, so one
/// pair of vectors has one dot product, whichever method computes it.
/// </summary>
internal interface IVectorKernel
{
    /// <summary>The name by which the environment chooses it.</summary>
    string Name { get; }

    /// <summary>x·y of two vectors of one length.</summary>
    float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y);

    /// <summary>The dot products of one query with consecutive rows: <paramref name="scores"/> sets the number of rows, the query the dimensions.</summary>
    void Dots(ReadOnlySpan<float> rows, ReadOnlySpan<float> query, Span<float> scores);

    /// <summary>
    /// The same of two queries of one length, to the last bit; both <see cref="Span{T}"/>s of scores are of one length. Where there are registers
    /// enough, each part of a row is loaded once for both.
    /// </summary>
    void Dots(ReadOnlySpan<float> rows, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> firstScores, Span<float> secondScores)
    {
        Dots(rows, first, firstScores);
        Dots(rows, second, secondScores);
    }

    /// <summary>
    /// Σ code · query of each row of whole <see cref="CodeTiles"/>: <paramref name="sums"/> sets the number of rows, the query, in whole groups,
    /// the bytes of one. The same in every kernel.
    /// </summary>
    void CodeSums(ReadOnlySpan<byte> tiles, ReadOnlySpan<sbyte> query, Span<int> sums);
}
