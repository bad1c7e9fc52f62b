namespace RecActors.Retrieval;

/// <summary>
/// The rows of a block in a byte per dimension, with what bounds how far a code is from its vector. A quarter of the vectors' memory to read for a scan,
/// whose scores are then known to within a few hundredths. Immutable.
/// </summary>
internal sealed class BlockCodes
{
    /// <summary>The error of a row whose |v|² is so small that it has lost digits, and its cosines with it: the bound is above all others, so that the row is scored.</summary>
    private const float NoBound = 1e18f;

    private readonly byte[] _tiles;

    private BlockCodes(int rows, int dimensions)
    {
        Rows = rows;
        _tiles = new byte[VectorTable.BlockRows * CodeTiles.BytesOf(dimensions)];
        (Scales, Errors, Lengths) = (new float[VectorTable.BlockRows], new float[VectorTable.BlockRows], new float[VectorTable.BlockRows]);
    }

    /// <summary>Rows of the block that have a code.</summary>
    public int Rows { get; }

    /// <summary>In the layout of <see cref="CodeTiles"/>.</summary>
    public ReadOnlySpan<byte> Tiles => _tiles;

    /// <summary>The value of a step of a row's code, by the length of the row's vector.</summary>
    public float[] Scales { get; }

    /// <summary>|v − code| / |v| of a row; <see cref="NoBound"/> for one too short, −∞ for one without a vector, whose bounds are below all others then.</summary>
    public float[] Errors { get; }

    /// <summary>|v| of a row; 1 of one without a vector, whose bounds stay at −∞ by it.</summary>
    public float[] Lengths { get; }

    public static BlockCodes Of(VectorBlock block, int rows)
    {
        var codes = new BlockCodes(rows, block.Dimensions);
        for (var row = 0; row < rows; row++)
        {
            var vector = block.Rows(row, 1);
            var squaredNorm = block.SquaredNorms[row];
            var length = MathF.Sqrt(squaredNorm);
            var scale = CodeTiles.Encode(vector, codes._tiles, row);
            codes.Lengths[row] = squaredNorm == 0 ? 1 : length;
            (codes.Scales[row], codes.Errors[row]) = squaredNorm == 0 ? (0, float.NegativeInfinity)
                : float.IsNormal(squaredNorm) ? (scale / length, CodeTiles.ErrorOf(vector, scale) / length)
                : (0, NoBound);
        }

        codes.Errors.AsSpan(rows).Fill(float.NegativeInfinity);
        return codes;
    }
}
