using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RecActors.Retrieval;

/// <summary><see cref="CodeTiles.Sums"/> with AVX-512: a register holds four dimensions of a whole tile.</summary>
internal static class CodeSums512
{
    private const int Width = 64;

    public static bool IsSupported => Avx512BW.IsSupported;

    public static void Run(ReadOnlySpan<byte> tiles, ReadOnlySpan<sbyte> query, Span<int> sums)
    {
        CodeTiles.Check(tiles, query, sums);
        ref var code = ref MemoryMarshal.GetReference(tiles);
        ref var sum = ref MemoryMarshal.GetReference(sums);
        var groups = MemoryMarshal.Cast<sbyte, int>(query);
        var (tile, next) = ((nuint)0, (nuint)(groups.Length * Width));
        var row = 0;
        for (; row + (2 * CodeTiles.Rows) <= sums.Length; row += 2 * CodeTiles.Rows)
        {
            Vector512<int> first = default, second = default;
            foreach (var group in groups)
            {
                var factors = Vector512.Create(group).AsSByte();
                first += Products(Vector512.LoadUnsafe(ref code, tile), factors);
                second += Products(Vector512.LoadUnsafe(ref code, tile + next), factors);
                tile += Width;
            }

            first.StoreUnsafe(ref sum, (nuint)row);
            second.StoreUnsafe(ref sum, (nuint)row + CodeTiles.Rows);
            tile += next;
        }

        if (row < sums.Length)
        {
            Vector512<int> last = default;
            foreach (var group in groups)
            {
                last += Products(Vector512.LoadUnsafe(ref code, tile), Vector512.Create(group).AsSByte());
                tile += Width;
            }

            last.StoreUnsafe(ref sum, (nuint)row);
        }
    }

    private static Vector512<int> Products(Vector512<byte> codes, Vector512<sbyte> factors) =>
        Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(codes, factors), Vector512<short>.One);
}
