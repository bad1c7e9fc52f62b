namespace RecActors.Retrieval;

/// <summary>What indexes find at their default setting, of the vectors that <c>tests/retrieval</c> measures with: after the build, and after changes.</summary>
public sealed class IndexRecallTests
{
    private const int Queries = 200;
    private const double Least = 0.99;

    /// <summary>One item in so many is deleted, and as many are inserted.</summary>
    private const int ChangedOf = 5;

    private static readonly IndexOptions Options = new();

    [Theory]
    [InlineData("clustered", 6_000)]
    [InlineData("users", 6_000)]
    [InlineData("trained", 3_000)]
    public void Search_AFifthDeletedAndAFifthInserted_StatedRecall(string shape, int items) => Check(shape, items);

    /// <summary>A topic of the trained items has just about as many of them as a search asks for: what is deleted makes searches look elsewhere.</summary>
    [Theory(Explicit = true)]
    [InlineData("clustered", 100_000)]
    [InlineData("users", 100_000)]
    [InlineData("users", 1_000_000)]
    [InlineData("fine", 100_000)]
    [InlineData("trained", 20_000)]
    [InlineData("trained", 50_000)]
    [InlineData("uniform", 20_000)]
    public void Search_AFifthDeletedAndAFifthInsertedOfMany_StatedRecall(string shape, int items) => Check(shape, items);

    private static void Check(string shape, int items)
    {
        var arguments = new Arguments("", shape, items, Queries);
        var vectors = SyntheticVectors.Of(arguments);
        var table = new VectorTable(SyntheticVectors.Dimensions);
        for (var row = 0; row < items; row++)
        {
            table.Set(row, vectors.Items[row]);
        }

        var index = table.BuildIndex(Similarity.DotProduct, Options, TestContext.Current.CancellationToken);
        Assert.InRange(RecallOf(table, index, vectors.Queries, arguments.Count), Least, 1);

        var inserted = vectors.Draw(items / ChangedOf);
        for (var i = 0; i < inserted.Length; i++)
        {
            table.Set(i * ChangedOf, new float[SyntheticVectors.Dimensions]);
            table.Set(items + i, inserted[i]);
        }

        // So much is measured again, and not yet built anew.
        Assert.InRange(index.Unmeasured, Options.RemeasureAfter, Options.RebuildAfter);
        index.Calibrate(Options, TestContext.Current.CancellationToken);
        Assert.Equal(0, index.Unmeasured);
        Assert.InRange(index.Quality.Recall, Least, 1);
        Assert.InRange(RecallOf(table, index, vectors.Queries, arguments.Count), Least, 1);
    }

    private static double RecallOf(VectorTable table, InvertedFile index, float[][] queries, int count) => IndexCalibration.Measure(
        index, queries, [.. queries.Select(query => ExactRetriever.Search(table, query, index.Similarity, count, default(AnyRow)))]).Recall;
}
