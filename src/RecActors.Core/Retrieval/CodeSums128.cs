using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RecActors.Retrieval;

/// <summary><see cref="CodeTiles.Sums"/> with SSSE3: a register holds four dimensions of a quarter of a tile.</summary>
internal static class CodeSums128
{
    private const int Width = 16;
    private const int RowsOfRegister = CodeTiles.Rows / 4;

    public static bool IsSupported => Ssse3.IsSupported;

    public static void Run(ReadOnlySpan<byte> tiles, ReadOnlySpan<sbyte> query, Span<int> sums)
    {
        CodeTiles.Check(tiles, query, sums);
        ref var code = ref MemoryMarshal.GetReference(tiles);
        ref var sum = ref MemoryMarshal.GetReference(sums);
        var groups = MemoryMarshal.Cast<sbyte, int>(query);
        nuint place = 0;
        for (nuint row = 0; row < (nuint)sums.Length; row += CodeTiles.Rows)
        {
            Vector128<int> first = default, second = default, third = default, fourth = default;
            foreach (var group in groups)
            {
                var factors = Vector128.Create(group).AsSByte();
                first += Products(Vector128.LoadUnsafe(ref code, place), factors);
                second += Products(Vector128.LoadUnsafe(ref code, place + Width), factors);
                third += Products(Vector128.LoadUnsafe(ref code, place + (2 * Width)), factors);
                fourth += Products(Vector128.LoadUnsafe(ref code, place + (3 * Width)), factors);
                place += 4 * Width;
            }

            first.StoreUnsafe(ref sum, row);
            second.StoreUnsafe(ref sum, row + RowsOfRegister);
            third.StoreUnsafe(ref sum, row + (2 * RowsOfRegister));
            fourth.StoreUnsafe(ref sum, row + (3 * RowsOfRegister));
        }
    }

    private static Vector128<int> Products(Vector128<byte> codes, Vector128<sbyte> factors) =>
        Sse2.MultiplyAddAdjacent(Ssse3.MultiplyAddAdjacent(codes, factors), Vector128<short>.One);
}
