namespace RecActors.Interest;

/// <summary>
/// How a symmetric d × d matrix is packed: the upper triangle by rows, each row starting at the multiple of 16 at or before its
/// diagonal and ending at d rounded up to 16, so that rows are whole vectors and no kernel needs a tail. d = 64 takes 10 KB
/// instead of 16. The places left of the diagonal hold no meaning.
/// </summary>
internal sealed class PackedLayout
{
    /// <summary>Floats per vector register.</summary>
    public const int Lane = 16;

    private readonly int[] _rowStarts;

    public PackedLayout(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        Dimensions = dimensions;
        Padded = (dimensions + Lane - 1) / Lane * Lane;
        _rowStarts = new int[Padded];
        for (var row = 0; row < Padded; row++)
        {
            _rowStarts[row] = Length - FirstColumn(row);
            Length += Padded - FirstColumn(row);
        }
    }

    public int Dimensions { get; }

    /// <summary>Length of a padded vector; its tail must be zero.</summary>
    public int Padded { get; }

    /// <summary>Floats of a packed matrix.</summary>
    public int Length { get; }

    /// <summary>Index of element (row, 0), if it were stored: add a column from <see cref="FirstColumn"/> on.</summary>
    public int RowStart(int row) => _rowStarts[row];

    public static int FirstColumn(int row) => row & ~(Lane - 1);

    /// <summary>Packs a row-major square matrix, times a scale.</summary>
    public float[] Pack(ReadOnlySpan<float> square, float scale)
    {
        if (square.Length != Dimensions * Dimensions)
        {
            throw new ArgumentException($"A matrix of {Dimensions} × {Dimensions} is expected.", nameof(square));
        }

        var packed = new float[Length];
        for (var row = 0; row < Dimensions; row++)
        {
            for (var column = row; column < Dimensions; column++)
            {
                packed[RowStart(row) + column] = square[(row * Dimensions) + column] * scale;
            }
        }

        return packed;
    }

    /// <summary>The row-major square matrix.</summary>
    public float[] Unpack(ReadOnlySpan<float> packed)
    {
        var square = new float[Dimensions * Dimensions];
        for (var row = 0; row < Dimensions; row++)
        {
            for (var column = row; column < Dimensions; column++)
            {
                square[(row * Dimensions) + column] = square[(column * Dimensions) + row] = packed[RowStart(row) + column];
            }
        }

        return square;
    }
}
