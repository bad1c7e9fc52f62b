using CsCheck;

namespace RecActors.Retrieval;

public sealed class VectorKernelTests
{
    private static readonly ScalarKernel Reference = new();

    public static TheoryData<string> Kernels => [.. VectorKernels.Supported.Select(kernel => kernel.Name)];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Dot_AnyLengths_EqualsScalar(string name) =>
        Vectors(0, 300).Sample(pair =>
        {
            var expected = Reference.Dot(pair.X, pair.Y);
            var magnitude = pair.X.Zip(pair.Y, (x, y) => Math.Abs(x * y)).Sum();
            Assert.Equal(expected, KernelOf(name).Dot(pair.X, pair.Y), 1e-5f * (magnitude + 1));
        });

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Dots_AnyShape_BitForBitTheDotOfEachRow(string name) =>
        Gen.Select(Gen.Int[1, 140], Gen.Int[0, 19], Gen.Int).Sample((dimensions, rows, seed) =>
        {
            var kernel = KernelOf(name);
            var random = new Random(seed);
            var table = Draw(random, rows * dimensions);
            var query = Draw(random, dimensions);
            var scores = new float[rows];
            kernel.Dots(table, query, scores);
            for (var row = 0; row < rows; row++)
            {
                Assert.Equal(kernel.Dot(table.AsSpan(row * dimensions, dimensions), query), scores[row]);
            }
        });

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Dots_OfTwoQueries_BitForBitThatOfEach(string name) =>
        Gen.Select(Gen.OneOf(Gen.Int[1, 140], Gen.Const(32), Gen.Const(64), Gen.Const(128)), Gen.Int[0, 19], Gen.Int).Sample((dimensions, rows, seed) =>
        {
            var kernel = KernelOf(name);
            var random = new Random(seed);
            var table = Draw(random, rows * dimensions);
            var (first, second) = (Draw(random, dimensions), Draw(random, dimensions));
            var (expectedFirst, expectedSecond) = (new float[rows], new float[rows]);
            kernel.Dots(table, first, expectedFirst);
            kernel.Dots(table, second, expectedSecond);
            var (firstScores, secondScores) = (new float[rows], new float[rows]);
            kernel.Dots(table, first, second, firstScores, secondScores);
            Assert.Equal(expectedFirst, firstScores);
            Assert.Equal(expectedSecond, secondScores);
        });

    [Theory]
    [MemberData(nameof(Kernels))]
    public void CodeSums_AnyVectors_ThoseOfTheDefinition(string name) =>
        Gen.Select(Gen.Int[1, 140], Gen.Int[0, 100], Gen.Int).Sample((dimensions, rows, seed) =>
        {
            var random = new Random(seed);
            var whole = (rows + CodeTiles.Rows - 1) / CodeTiles.Rows * CodeTiles.Rows;
            var tiles = new byte[whole * CodeTiles.BytesOf(dimensions)];
            var query = new sbyte[CodeTiles.BytesOf(dimensions)];
            var vector = Draw(random, dimensions);
            var queryScale = CodeTiles.EncodeQuery(vector, query, out var zero);
            var expected = new float[rows];
            var scales = new float[rows];
            for (var row = 0; row < rows; row++)
            {
                var x = Draw(random, dimensions);
                scales[row] = CodeTiles.Encode(x, tiles, row);
                expected[row] = Reference.Dot(x, vector);
            }

            var sums = new int[whole];
            KernelOf(name).CodeSums(tiles, query, sums);
            var definition = new int[whole];
            CodeTiles.Sums(tiles, query, definition);
            Assert.Equal(definition, sums);
            for (var row = 0; row < rows; row++)
            {
                // Half a step of each factor at most, of factors up to 1.
                Assert.Equal(expected[row], scales[row] * queryScale * (sums[row] - zero), dimensions * ((0.5f / 63) + (0.5f / 127)) * 1.01f);
            }
        });

    [Theory]
    [MemberData(nameof(Kernels))]
    public void CodeSums_LargestCodes_NoOverflow(string name)
    {
        var (tiles, query, sums) = (new byte[16 * 64], new sbyte[64], new int[16]);
        Array.Fill(tiles, byte.MaxValue);
        foreach (var largest in new sbyte[] { 63, -63 })
        {
            Array.Fill(query, largest);
            KernelOf(name).CodeSums(tiles, query, sums);
            Assert.All(sums, sum => Assert.Equal(64 * 255 * largest, sum));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void CodeSums_TilesShorterThanSums_Refused(string name) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelOf(name).CodeSums(new byte[(16 * 4) - 1], new sbyte[4], new int[16]));

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Dot_Zeros_Zero(string name)
    {
        for (var length = 0; length < 140; length++)
        {
            Assert.Equal(0f, KernelOf(name).Dot(new float[length], new float[length]));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Dots_NotANumberInOneRow_ThatScoreOnly(string name)
    {
        for (var dimensions = 1; dimensions < 140; dimensions++)
        {
            for (var place = 0; place < dimensions; place += 5)
            {
                var rows = new float[7 * dimensions];
                rows[(3 * dimensions) + place] = float.NaN;
                var query = Enumerable.Repeat(1f, dimensions).ToArray();
                var scores = new float[7];
                KernelOf(name).Dots(rows, query, scores);
                Assert.Equal([0, 0, 0, float.NaN, 0, 0, 0], scores);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Dot_InfinityTimesZero_NotANumber(string name)
    {
        for (var length = 1; length < 140; length++)
        {
            var x = new float[length];
            x[length - 1] = float.PositiveInfinity;
            Assert.True(float.IsNaN(KernelOf(name).Dot(x, new float[length])));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Dots_RowsShorterThanScores_Refused(string name) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelOf(name).Dots(new float[15], new float[4], new float[4]));

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Dot_DifferentLengths_Refused(string name) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelOf(name).Dot(new float[15], new float[4]));

    [Fact]
    public void Choose_Unnamed_Widest() => Assert.Same(VectorKernels.Supported[0], VectorKernels.Choose(VectorKernels.Supported, null));

    [Fact]
    public void Choose_Named_ThatOne() => Assert.IsType<ScalarKernel>(VectorKernels.Choose(VectorKernels.Supported, "Scalar"));

    [Fact]
    public void Choose_UnknownName_RefusedWithTheNamesThatAreThere()
    {
        var refusal = Assert.Throws<PlatformNotSupportedException>(() => VectorKernels.Choose(VectorKernels.Supported, "1024"));
        Assert.Contains("RECACTORS_KERNEL is '1024'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("scalar", refusal.Message, StringComparison.Ordinal);
    }

    private static IVectorKernel KernelOf(string name) => VectorKernels.Choose(VectorKernels.Supported, name);

    private static Gen<(float[] X, float[] Y)> Vectors(int shortest, int longest) =>
        Gen.Int[shortest, longest].SelectMany(length => Gen.Select(Gen.Float[-10, 10].Array[length], Gen.Float[-10, 10].Array[length]));

    private static float[] Draw(Random random, int length)
    {
        var values = new float[length];
        for (var index = 0; index < length; index++)
        {
            values[index] = (float)((random.NextDouble() * 2) - 1);
        }

        return values;
    }
}
