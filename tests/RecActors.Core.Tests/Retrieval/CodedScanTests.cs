namespace RecActors.Retrieval;

/// <summary>A search by codes first answers what a scan of the vectors answers, to the last bit; a batch of one query is such a scan.</summary>
public sealed class CodedScanTests
{
    private const int Rows = 2_600;

    [Theory]
    [InlineData(64, Similarity.Cosine, 100)]
    [InlineData(64, Similarity.DotProduct, 100)]
    [InlineData(7, Similarity.Cosine, 1)]
    [InlineData(50, Similarity.DotProduct, 160)]
    [InlineData(130, Similarity.Cosine, 30)]
    public void Search_AnyVectorsAndFilter_IsTheScansAnswer(int dimensions, Similarity similarity, int count)
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            var table = TableOf(random, dimensions, Rows, lopsided: seed % 2 == 1);
            for (var question = 0; question < 4; question++)
            {
                AssertSame(table, Vector(random, dimensions, lopsided: question == 3), similarity, count, new Divisible(1 + (question * seed)));
            }
        }
    }

    /// <summary>Lengths at which squares lose digits in a float, or are nothing at all; beside others that are as long as usual.</summary>
    [Theory]
    [InlineData(1e-18f, 1f)]
    [InlineData(1e-19f, 1f)]
    [InlineData(1e-20f, 1f)]
    [InlineData(1e-22f, 1f)]
    [InlineData(1f, 1e-18f)]
    [InlineData(1f, 1e-20f)]
    [InlineData(1f, 1e-22f)]
    [InlineData(1e-18f, 1e-19f)]
    [InlineData(1e-20f, 1e-20f)]
    public void Search_ShortVectors_IsTheScansAnswer(float rowScale, float queryScale)
    {
        foreach (var (similarity, shortOfThree) in new[] { (Similarity.Cosine, 3), (Similarity.Cosine, 1), (Similarity.DotProduct, 3) })
        {
            var random = new Random(11);
            var table = new VectorTable(64);
            for (var row = 0; row < Rows; row++)
            {
                table.Set(row, Scaled(Vector(random, 64, lopsided: true), row % 3 < shortOfThree ? rowScale : 1));
            }

            for (var question = 0; question < 4; question++)
            {
                AssertSame(table, Scaled(Vector(random, 64, lopsided: question % 2 == 1), queryScale), similarity, 100, new Divisible(1));
            }
        }
    }

    /// <summary>Fewer rows the second time, with gaps: what a table had before must not be found, nor bound what is.</summary>
    [Fact]
    public void Search_TableClearedAndFilledAgain_IsTheAnswerOfANewOne()
    {
        var random = new Random(3);
        var table = TableOf(random, 64, Rows, lopsided: false);
        var question = Vector(random, 64, lopsided: false);
        _ = ExactRetriever.Search(table, question, Similarity.Cosine, 100, new Divisible(1));
        var fresh = new VectorTable(64);
        table.Clear();
        Assert.Equal(0, table.Count);
        for (var row = 0; row < Rows / 2; row += 3)
        {
            var vector = Vector(random, 64, lopsided: true);
            table.Set(row, vector);
            fresh.Set(row, vector);
        }

        AssertSame(table, question, Similarity.Cosine, 100, new Divisible(1));
        Assert.Equal(
            ExactRetriever.Search(fresh, question, Similarity.Cosine, Rows, new Divisible(1)),
            ExactRetriever.Search(table, question, Similarity.Cosine, Rows, new Divisible(1)));
    }

    [Fact]
    public void Search_QueryLikeWhatIsFilteredOut_FindsTheRest()
    {
        // The best thousand are not accepted, so a cut at the best hundred bounds finds nothing.
        var random = new Random(5);
        var table = new VectorTable(16);
        var query = Vector(random, 16, lopsided: false);
        for (var row = 0; row < Rows; row++)
        {
            table.Set(row, row < 1_000 ? [.. query.Select(value => value + (0.01f * (float)random.NextDouble()))] : Vector(random, 16, lopsided: false));
        }

        AssertSame(table, query, Similarity.Cosine, 100, new From(1_000));
        AssertSame(table, query, Similarity.Cosine, 100, new From(Rows - 20));
        AssertSame(table, query, Similarity.Cosine, 100, new From(Rows));
    }

    [Fact]
    public void Search_EqualVectors_AreInTheOrderOfRows()
    {
        var table = new VectorTable(8);
        for (var row = 0; row < Rows; row++)
        {
            table.Set(row, [1, 2, 3, 4, 5, 6, 7, 8]);
        }

        var hits = ExactRetriever.Search(table, [1, 0, 0, 0, 0, 0, 0, 0], Similarity.Cosine, 40, new From(10));

        Assert.Equal(Enumerable.Range(10, 40), hits.Select(hit => hit.Row));
    }

    [Fact]
    public void Search_RowsSetAndAddedSinceTheLast_AreSeen()
    {
        var random = new Random(9);
        var table = TableOf(random, 32, Rows, lopsided: false);
        for (var change = 0; change < 300; change++)
        {
            table.Set(change % 3 == 0 ? table.Count : random.Next(table.Count), change % 7 == 0 ? new float[32] : Vector(random, 32, lopsided: false));
            AssertSame(table, Vector(random, 32, lopsided: false), Similarity.Cosine, 50, new Divisible(1));
        }
    }

    private static void AssertSame<TFilter>(VectorTable table, float[] query, Similarity similarity, int count, TFilter filter)
        where TFilter : struct, IRowFilter
    {
        var scanned = ExactRetriever.SearchBatch(table, [new RetrievalQuery<TFilter>(query, count, filter)], similarity)[0];

        Assert.Equal(scanned, ExactRetriever.Search(table, query, similarity, count, filter));
    }

    private static VectorTable TableOf(Random random, int dimensions, int rows, bool lopsided)
    {
        var table = new VectorTable(dimensions);
        for (var row = 0; row < rows; row++)
        {
            table.Set(row, random.Next(20) == 0 ? new float[dimensions] : Vector(random, dimensions, lopsided));
        }

        return table;
    }

    /// <summary>Lopsided ones have a number that leaves the others few steps of their codes.</summary>
    private static float[] Vector(Random random, int dimensions, bool lopsided)
    {
        float[] vector = [.. Enumerable.Range(0, dimensions).Select(_ => (float)(random.NextDouble() - .3))];
        vector[0] *= lopsided ? 100 : 1;
        return vector;
    }

    private static float[] Scaled(float[] vector, float by) => Array.ConvertAll(vector, value => value * by);

    private readonly struct Divisible(int by) : IRowFilter
    {
        public bool Accepts(int row) => row % by == 0;
    }

    private readonly struct From(int first) : IRowFilter
    {
        public bool Accepts(int row) => row >= first;
    }
}
