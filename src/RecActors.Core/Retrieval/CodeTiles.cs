using System.Numerics.Tensors;

namespace RecActors.Retrieval;

/// <summary>
/// Vectors in a byte per dimension. Sixteen rows are a tile, four dimensions of each side by side, so that one instruction multiplies for
/// sixteen rows at once and their sums need not be added across lanes. A row's code is k + 128 with k in −127..127, k · scale its
/// value; a query's is in −63..63, so that two products never overflow sixteen bits. The sums are integers: the same in every kernel.
/// </summary>
internal static class CodeTiles
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 16;

    /// <summary>Dimensions of a row that lie side by side.</summary>
    public const int Group = 4;

    private const int RowLimit = 127;
    private const int QueryLimit = 63;
    private const byte Zero = 128;

    /// <summary>Bytes of a row: its dimensions, in whole groups.</summary>
    public static int BytesOf(int dimensions) => (dimensions + Group - 1) / Group * Group;

    /// <summary>Writes a row's code into its place, and returns its scale.</summary>
    public static float Encode(ReadOnlySpan<float> vector, Span<byte> tiles, int place)
    {
        var scale = ScaleOf(vector, RowLimit);
        var inverse = scale > 0 ? 1 / scale : 0;
        var bytes = BytesOf(vector.Length);
        var start = (place / Rows * Rows * bytes) + (place % Rows * Group);
        for (var d = 0; d < bytes; d++)
        {
            var code = d < vector.Length ? (int)MathF.Round(vector[d] * inverse) : 0;
            tiles[start + (d / Group * Rows * Group) + (d % Group)] = (byte)(Math.Clamp(code, -RowLimit, RowLimit) + Zero);
        }

        return scale;
    }

    /// <summary>|v − code| of a row whose code has this scale. Squares of differences of short vectors are too small for a float.</summary>
    public static float ErrorOf(ReadOnlySpan<float> vector, float scale)
    {
        var inverse = scale > 0 ? 1 / scale : 0;
        var squares = 0d;
        foreach (var value in vector)
        {
            double difference = value - (Math.Clamp(MathF.Round(value * inverse), -RowLimit, RowLimit) * scale);
            squares += difference * difference;
        }

        return (float)Math.Sqrt(squares);
    }

    /// <summary>Copies a row's code to another place.</summary>
    public static void Copy(ReadOnlySpan<byte> from, int fromPlace, Span<byte> to, int toPlace, int dimensions)
    {
        var bytes = BytesOf(dimensions);
        var source = from[((fromPlace / Rows * Rows * bytes) + (fromPlace % Rows * Group))..];
        var target = to[((toPlace / Rows * Rows * bytes) + (toPlace % Rows * Group))..];
        for (var group = 0; group < bytes / Group; group++)
        {
            source.Slice(group * Rows * Group, Group).CopyTo(target[(group * Rows * Group)..]);
        }
    }

    /// <summary>Writes a query's code, and returns its scale; <paramref name="zero"/> is what every row's sum has too much.</summary>
    public static float EncodeQuery(ReadOnlySpan<float> query, Span<sbyte> code, out int zero)
    {
        var scale = ScaleOf(query, QueryLimit);
        var inverse = scale > 0 ? 1 / scale : 0;
        zero = 0;
        code.Clear();
        for (var d = 0; d < query.Length; d++)
        {
            code[d] = (sbyte)Math.Clamp((int)MathF.Round(query[d] * inverse), -QueryLimit, QueryLimit);
            zero += code[d];
        }

        zero *= Zero;
        return scale;
    }

    /// <summary>The reference: Σ code · query of each row of whole tiles, <paramref name="sums"/> sets how many.</summary>
    public static void Sums(ReadOnlySpan<byte> tiles, ReadOnlySpan<sbyte> query, Span<int> sums)
    {
        for (var row = 0; row < sums.Length; row++)
        {
            var start = (row / Rows * Rows * query.Length) + (row % Rows * Group);
            var sum = 0;
            for (var d = 0; d < query.Length; d++)
            {
                sum += tiles[start + (d / Group * Rows * Group) + (d % Group)] * query[d];
            }

            sums[row] = sum;
        }
    }

    /// <summary>Refuses what a kernel would read past.</summary>
    public static void Check(ReadOnlySpan<byte> tiles, ReadOnlySpan<sbyte> query, Span<int> sums)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(query.Length % Group, 0, nameof(query));
        ArgumentOutOfRangeException.ThrowIfNotEqual(sums.Length % Rows, 0, nameof(sums));
        ArgumentOutOfRangeException.ThrowIfLessThan(tiles.Length, sums.Length * query.Length, nameof(tiles));
    }

    private static float ScaleOf(ReadOnlySpan<float> vector, int limit) =>
        vector.IsEmpty ? 0 : TensorPrimitives.MaxMagnitude(vector) is var largest && float.IsFinite(largest) ? MathF.Abs(largest) / limit : 0;
}
