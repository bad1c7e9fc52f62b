using BenchmarkDotNet.Attributes;

namespace RecActors.Retrieval;

/// <summary>
/// One pass over 100,000 vectors of 64 dimensions, stored as a catalog stores them, by each kernel: the scores of floats, of two queries at once, and the
/// sums of bytes. What the processor does not run has no figure.
/// </summary>
public class KernelBenchmarks
{
    private const int Rows = 100_000, Dimensions = 64;

    private readonly float[] _query = new float[Dimensions], _second = new float[Dimensions];
    private readonly float[] _scores = new float[VectorTable.BlockRows], _secondScores = new float[VectorTable.BlockRows];
    private readonly sbyte[] _code = new sbyte[CodeTiles.BytesOf(Dimensions)];
    private readonly int[] _sums = new int[VectorTable.BlockRows];
    private (VectorBlock Vectors, BlockCodes Codes, int Rows)[] _blocks = [];

    [ParamsAllValues]
    public KernelWork Work { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        Draw(random, _query);
        Draw(random, _second);
        CodeTiles.EncodeQuery(_query, _code, out _);
        _blocks = [.. Enumerable.Range(0, Rows).Chunk(VectorTable.BlockRows).Select(rows => Block(random, rows.Length))];
    }

    [Benchmark(Baseline = true)]
    public void Scalar() => Run("scalar");

    [Benchmark]
    public void Vector128() => Run("128");

    [Benchmark]
    public void Vector256() => Run("256");

    [Benchmark]
    public void Vector512() => Run("512");

    private static (VectorBlock Vectors, BlockCodes Codes, int Rows) Block(Random random, int rows)
    {
        var block = new VectorBlock(Dimensions);
        var vector = new float[Dimensions];
        for (var row = 0; row < rows; row++)
        {
            Draw(random, vector);
            block.Set(row, vector, VectorKernels.Best.Dot(vector, vector));
        }

        return (block, block.Codes(rows), rows);
    }

    private static void Draw(Random random, float[] vector)
    {
        for (var d = 0; d < vector.Length; d++)
        {
            vector[d] = random.NextSingle() - 0.5f;
        }
    }

    private void Run(string name)
    {
        var kernel = VectorKernels.Choose(VectorKernels.Supported, name);
        foreach (var (vectors, codes, rows) in _blocks)
        {
            switch (Work)
            {
                case KernelWork.Floats:
                    kernel.Dots(vectors.Rows(0, rows), _query, _scores.AsSpan(0, rows));
                    break;
                case KernelWork.FloatsForTwoQueries:
                    kernel.Dots(vectors.Rows(0, rows), _query, _second, _scores.AsSpan(0, rows), _secondScores.AsSpan(0, rows));
                    break;
                case KernelWork.Bytes:
                    // Whole tiles: the last block's, too, since its rows are a multiple of theirs.
                    kernel.CodeSums(codes.Tiles, _code, _sums.AsSpan(0, rows));
                    break;
            }
        }
    }
}

/// <summary>What a pass over the vectors computes.</summary>
public enum KernelWork
{
    Floats,
    FloatsForTwoQueries,
    Bytes,
}
