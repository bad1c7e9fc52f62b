using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RecActors.Retrieval;

/// <summary><see cref="CodeTiles.Sums"/> with AVX2: two registers hold four dimensions of a tile.</summary>
internal static class CodeSums256
{
    private const int Width = 32;

    public static bool IsSupported => Avx2.IsSupported;

    public static void Run(ReadOnlySpan<byte> tiles, ReadOnlySpan<sbyte> query, Span<int> sums)
    {
        CodeTiles.Check(tiles, query, sums);
        ref var code = ref MemoryMarshal.GetReference(tiles);
        ref var sum = ref MemoryMarshal.GetReference(sums);
        var groups = MemoryMarshal.Cast<sbyte, int>(query);
        nuint place = 0;
        for (nuint row = 0; row < (nuint)sums.Length; row += CodeTiles.Rows)
        {
            Vector256<int> lower = default, upper = default;
            foreach (var group in groups)
            {
                var factors = Vector256.Create(group).AsSByte();
                lower += Products(Vector256.LoadUnsafe(ref code, place), factors);
                upper += Products(Vector256.LoadUnsafe(ref code, place + Width), factors);
                place += 2 * Width;
            }

            lower.StoreUnsafe(ref sum, row);
            upper.StoreUnsafe(ref sum, row + (CodeTiles.Rows / 2));
        }
    }

    private static Vector256<int> Products(Vector256<byte> codes, Vector256<sbyte> factors) =>
        Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(codes, factors), Vector256<short>.One);
}
