using CsCheck;

namespace RecActors.Retrieval;

public sealed class InvertedFileTests
{
    private static readonly IndexOptions Options = new() { FromRows = 0 };

    private static readonly Gen<Case> AnyCase = Gen.Select(
        Gen.Int[1, 40], Gen.Int[1, 700], Gen.Int[0, 120], Gen.Enum<Similarity>(), Gen.Int,
        (dimensions, rows, count, similarity, seed) => new Case(dimensions, rows, count, similarity, seed));

    [Fact]
    public void Search_ReachingEverywhere_ScoresOfTheExactSearch() =>
        AnyCase.Sample(
            test =>
            {
                var (table, random) = test.Build();
                var index = table.BuildIndex(test.Similarity, Options, TestContext.Current.CancellationToken);
                index.Reach = InvertedFile.Everywhere;
                var query = Draw(random, test.Dimensions);
                var exact = ExactRetriever.Search(table, query, test.Similarity, test.Count, new NotThirds());
                var found = index.Search(query, test.Count, new NotThirds());
                Assert.Equal(exact.Length, found.Length);
                Assert.All(found, hit => Assert.Equal(test.Similarity.Score(query, table.Row(hit.Row)), hit.Score));
                Assert.Equal(found.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Row), found);
                Assert.Equal(found.Length, found.DistinctBy(hit => hit.Row).Count());
                Assert.InRange(found.Count(hit => hit.Score >= exact[^1].Score), 0.98 * exact.Length, exact.Length);
            },
            iter: 12);

    [Fact]
    public void Search_AfterAnyChanges_AsManyAsTheFilterLeaves() =>
        AnyCase.Sample(
            test =>
            {
                var (table, random) = test.Build();
                table.BuildIndex(test.Similarity, Options, TestContext.Current.CancellationToken);
                for (var change = 0; change < test.Rows; change++)
                {
                    // Rows come, go and change; some are new.
                    table.Set(random.Next(test.Rows * 2), random.Next(3) == 0 ? new float[test.Dimensions] : Draw(random, test.Dimensions));
                }

                var query = Draw(random, test.Dimensions);
                var left = Enumerable.Range(0, table.Count).Count(row => table.HasVector(row) && default(NotThirds).Accepts(row));
                var found = VectorRetriever.Search(table, query, test.Similarity, test.Count, new NotThirds());
                Assert.Equal(query.Any(x => x != 0) ? Math.Min(test.Count, left) : found.Length, found.Length);
                Assert.All(found, hit => Assert.True(table.HasVector(hit.Row) && default(NotThirds).Accepts(hit.Row)));
                Assert.Equal(found.Length, found.DistinctBy(hit => hit.Row).Count());
            },
            iter: 12);

    [Theory]
    [InlineData(Similarity.DotProduct)]
    [InlineData(Similarity.Cosine)]
    [InlineData(Similarity.Euclidean)]
    public void Search_AFifthInsertedAndAFifthDeletedSince_StatedRecall(Similarity similarity)
    {
        const int rows = 8_000;
        var random = new Random(5);
        var centres = Enumerable.Range(0, 60).Select(_ => Normal(random, 1)).ToArray();
        var table = Filled(rows, () => Around(random, centres));
        var index = table.BuildIndex(similarity, Options, TestContext.Current.CancellationToken);
        Assert.InRange(index.Quality.Recall, 0.99, 1);
        Assert.InRange(index.Quality.Scanned, 0, 0.5);
        for (var i = 0; i < rows / 5; i++)
        {
            table.Set(rows + i, Around(random, centres));
            table.Set(i * 5, new float[Dimensions]);
        }

        Assert.InRange(RecallOf(table, index, [.. Enumerable.Range(0, 100).Select(_ => Around(random, centres))]), 0.99, 1);
    }

    [Theory]
    [InlineData(10, 4)]
    [InlineData(0, 1)]
    public void Build_ClustersOfSoManyRows_MoreListsWhereTheyAreWorthIt(int clusterOf, int times)
    {
        const int rows = 17_000;
        var random = new Random(8);
        var centres = clusterOf == 0 ? [new float[Dimensions]] : Enumerable.Range(0, rows / clusterOf).Select(_ => Normal(random, 1)).ToArray();
        var table = Filled(rows, () => Around(random, centres));
        var index = InvertedFile.Build(table, Similarity.DotProduct, Options, TestContext.Current.CancellationToken);
        Assert.Equal(times * ListBuilder.CountFor(rows), index.Lists.Count);
        Assert.InRange(index.Quality.Recall, 0.99, 1);
        if (clusterOf > 0)
        {
            Assert.InRange(index.Quality.Scanned, 0, 0.2);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(10_000, 400)]
    [InlineData(1_000_000, 7_812)]
    [InlineData(5_000_000, 19_531)]
    public void CountFor_Rows_RootsOfThemUntilListsWouldBeLong(int rows, int lists) => Assert.Equal(lists, ListBuilder.CountFor(rows));

    /// <summary>Of a hundred thousand rows four times the lists are seconds of work, of a million minutes.</summary>
    [Theory]
    [InlineData(100_000, 64, true)]
    [InlineData(500_000, 64, true)]
    [InlineData(1_000_000, 64, false)]
    [InlineData(1_000_000, 16, true)]
    [InlineData(5_000_000, 64, false)]
    [InlineData(1_000, 64, false)]
    public void MayHave_FourTimesTheListsOfSoManyRows_WhereTheyAreNeitherShortNorLongToMake(int rows, int dimensions, bool expected) =>
        Assert.Equal(expected, InvertedFile.MayHave(4 * ListBuilder.CountFor(rows), rows, dimensions));

    /// <summary>Lists that were made without nearly a third of the rows are made anew after fewer changes than others.</summary>
    [Fact]
    public void Drift_RowsJoinedARestoredIndex_CountBesideChanges()
    {
        const int known = 600, rows = 870;
        var random = new Random(9);
        var table = Filled(rows, () => Normal(random, 1));
        float[] vectors = [.. Enumerable.Range(0, known).SelectMany(row => table.Row(row).ToArray())];
        var state = InvertedFileState.Build(vectors, Dimensions, Similarity.DotProduct, Options, TestContext.Current.CancellationToken);
        Assert.True(table.RestoreIndex(Similarity.DotProduct, state, [.. Enumerable.Range(0, known)], Options));
        var index = table.Index!;

        // A start measures, and does not build at once.
        Assert.InRange(index.Unmeasured, Options.RemeasureAfter, 1);
        Assert.InRange(index.Drift, 0.3, Options.RebuildAfter);
        index.Calibrate(Options, TestContext.Current.CancellationToken);
        Assert.Equal(0, index.Unmeasured);
        for (var row = 0; row < rows * 2 / 5; row++)
        {
            table.Set(row, Normal(random, 1));
        }

        Assert.InRange(index.Unmeasured, 0.39, Options.RebuildAfter);
        Assert.InRange(index.Drift, Options.RebuildAfter + 0.1, 1);
    }

    [Fact]
    public void Build_SameTableAndSeed_SameIndexWithAnyThreads()
    {
        var random = new Random(2);
        var centres = Enumerable.Range(0, 20).Select(_ => Normal(random, 1)).ToArray();
        var table = Filled(3_000, () => Around(random, centres));
        var first = InvertedFile.Build(table, Similarity.Cosine, Options, TestContext.Current.CancellationToken);
        var second = InvertedFile.Build(table, Similarity.Cosine, new() { FromRows = 0, BuildThreads = 2 }, TestContext.Current.CancellationToken);
        Assert.Equal(first.Reach, second.Reach);
        Assert.Equal(first.Lists.Centroids, second.Lists.Centroids);
        Assert.All(Enumerable.Range(0, table.Count), row => Assert.Equal(first.Lists.ListOf(row), second.Lists.ListOf(row)));
    }

    [Fact]
    public async Task Search_WhileRowsMove_EachExactlyOnce()
    {
        const int rows = 500;
        var random = new Random(3);
        var table = Filled(rows, () => Normal(random, 1));
        table.BuildIndex(Similarity.DotProduct, Options, TestContext.Current.CancellationToken);
        var writer = Task.Run(
            () =>
            {
                var other = new Random(4);
                for (var change = 0; change < 4_000; change++)
                {
                    table.Set(other.Next(rows), Normal(other, 1));
                }
            },
            TestContext.Current.CancellationToken);
        do
        {
            var found = VectorRetriever.Search(table, Normal(random, 1), Similarity.DotProduct, rows, default(AnyRow));
            Assert.Equal(Enumerable.Range(0, rows), found.Select(hit => hit.Row).Order());
        }
        while (!writer.IsCompleted);
        await writer;
    }

    [Fact]
    public async Task BuildIndex_RowsSetMeanwhile_Found()
    {
        var random = new Random(6);
        var table = Filled(600, () => Normal(random, 1));
        var changed = Normal(random, 3);
        var building = Task.Run(() => table.BuildIndex(Similarity.Cosine, Options, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        var rows = new List<int>();
        do
        {
            // Before, during and after the build: none may be missing or be found by what it was.
            rows.Add(rows.Count % 2 == 0 ? rows.Count : table.Count);
            table.Set(rows[^1], changed);
        }
        while (!building.IsCompleted && rows.Count < 400);
        var index = await building;
        Assert.Equal(rows.Order(), index.Search(changed, rows.Count, default(AnyRow)).Select(hit => hit.Row).Order());
    }

    [Fact]
    public void SearchBatch_OfShards_TogetherTheWhole()
    {
        var random = new Random(7);
        var table = Filled(2_000, () => Normal(random, 1));
        table.BuildIndex(Similarity.DotProduct, Options, TestContext.Current.CancellationToken);
        var queries = new RetrievalQuery<NotThirds>[] { new(Normal(random, 1), 2_000, default), new(Normal(random, 1), 2_000, default) };
        var parts = new[] { new CatalogShard(0, 2), new CatalogShard(1, 2) }.Select(shard => VectorRetriever.SearchBatch<NotThirds>(table, queries, Similarity.DotProduct, shard)).ToArray();
        for (var i = 0; i < queries.Length; i++)
        {
            Assert.Equal(
                ExactRetriever.Search(table, queries[i].Vector.Span, Similarity.DotProduct, 2_000, new NotThirds()),
                parts[0][i].Concat(parts[1][i]).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Row));
        }
    }

    private const int Dimensions = 64;

    private static double RecallOf(VectorTable table, InvertedFile index, float[][] queries) => IndexCalibration.Measure(
        index, queries, [.. queries.Select(query => ExactRetriever.Search(table, query, index.Similarity, IndexCalibration.Depth, default(AnyRow)))]).Recall;

    private static VectorTable Filled(int rows, Func<float[]> draw)
    {
        var table = new VectorTable(Dimensions);
        for (var row = 0; row < rows; row++)
        {
            table.Set(row, draw());
        }

        return table;
    }

    private static float[] Around(Random random, float[][] centres)
    {
        var centre = centres[random.Next(centres.Length)];
        return [.. Normal(random, 0.5f).Select((x, d) => x + centre[d])];
    }

    private static float[] Normal(Random random, float width) =>
        [.. Enumerable.Range(0, Dimensions).Select(_ => (float)(width * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];

    private static float[] Draw(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => (float)random.Next(-2, 3))];

    private readonly struct NotThirds : IRowFilter
    {
        public bool Accepts(int row) => row % 3 != 0;
    }

    private sealed record Case(int Dimensions, int Rows, int Count, Similarity Similarity, int Seed)
    {
        public (VectorTable Table, Random Random) Build()
        {
            var random = new Random(Seed);
            var table = new VectorTable(Dimensions);
            for (var row = 0; row < Rows; row++)
            {
                table.Set(row, Draw(random, Dimensions));
            }

            return (table, random);
        }
    }
}
