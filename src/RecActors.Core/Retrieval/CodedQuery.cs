using System.Numerics;
using System.Runtime.CompilerServices;

namespace RecActors.Retrieval;

/// <summary>
/// A query in a byte per dimension, which bounds its scores from above by the codes of rows: |q·v − q̂·v̂| ≤ |q| |v − v̂| + |q − q̂| |v̂|, by
/// Cauchy and Schwarz, and |v̂| ≤ |v| + |v − v̂|.
/// </summary>
internal readonly ref struct CodedQuery
{
    private readonly ReadOnlySpan<sbyte> _code;
    private readonly int _zero;
    private readonly float _scale;
    private readonly float _error;
    private readonly float _length;

    /// <param name="query">The query, of finite numbers.</param>
    /// <param name="squaredNorm">|q|², not so small that it has lost digits.</param>
    /// <param name="code">Room for the code: <see cref="CodeTiles.BytesOf"/>.</param>
    public CodedQuery(ReadOnlySpan<float> query, float squaredNorm, Span<sbyte> code)
    {
        _code = code;
        _length = MathF.Sqrt(squaredNorm);
        var step = CodeTiles.EncodeQuery(query, code, out _zero);
        var squares = 0d;
        for (var d = 0; d < query.Length; d++)
        {
            double difference = query[d] - (code[d] * step);
            squares += difference * difference;
        }

        (_scale, _error) = (step / _length, (float)Math.Sqrt(squares) / _length);
    }

    /// <summary>What the rounding of sums of so many products may add, many times over.</summary>
    private float Rounding => 1e-6f * (_code.Length + 16);

    /// <summary>Writes, for each row of a block, what its cosine with the query does not exceed; −∞ for a row without a vector.</summary>
    [SkipLocalsInit]
    public void BoundCosines(BlockCodes codes, Span<float> bounds)
    {
        Span<int> sums = stackalloc int[VectorTable.BlockRows];
        VectorKernels.Best.CodeSums(codes.Tiles, _code, sums);
        var (zero, scale) = (new Vector<int>(_zero), new Vector<float>(_scale));
        var (rowError, constant) = (new Vector<float>(1 + _error), new Vector<float>(_error + Rounding));
        var row = 0;
        for (; row <= bounds.Length - Vector<float>.Count; row += Vector<float>.Count)
        {
            var dots = Vector.ConvertToSingle(new Vector<int>(sums[row..]) - zero) * scale;
            ((dots * new Vector<float>(codes.Scales, row)) + (rowError * new Vector<float>(codes.Errors, row)) + constant).CopyTo(bounds[row..]);
        }

        for (; row < bounds.Length; row++)
        {
            bounds[row] = ((sums[row] - _zero) * _scale * codes.Scales[row]) + ((1 + _error) * codes.Errors[row]) + _error + Rounding;
        }
    }

    /// <summary>The same of dot products, from the bounds of cosines.</summary>
    public void ToDots(BlockCodes codes, Span<float> bounds)
    {
        var length = new Vector<float>(_length);
        var row = 0;
        for (; row <= bounds.Length - Vector<float>.Count; row += Vector<float>.Count)
        {
            (new Vector<float>(bounds[row..]) * (new Vector<float>(codes.Lengths, row) * length)).CopyTo(bounds[row..]);
        }

        for (; row < bounds.Length; row++)
        {
            bounds[row] *= codes.Lengths[row] * _length;
        }
    }
}
