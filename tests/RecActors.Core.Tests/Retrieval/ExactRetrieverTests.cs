using CsCheck;

namespace RecActors.Retrieval;

public sealed class ExactRetrieverTests
{
    private static readonly Gen<Case> AnyCase = Gen.Select(
        Gen.Int[1, 40], Gen.Int[0, 700], Gen.Int[0, 120], Gen.Enum<Similarity>(), Gen.Int[1, 4], Gen.Int,
        (dimensions, rows, count, similarity, shards, seed) => new Case(dimensions, rows, count, similarity, shards, seed));

    [Fact]
    public void Search_AnyTable_ThatOfSortingAllScores() =>
        AnyCase.Sample(test =>
        {
            var (table, random) = test.Build();
            var query = Draw(random, test.Dimensions);
            Assert.Equal(Sorted(table, query, test), ExactRetriever.Search(table, query, test.Similarity, test.Count, new NotThirds()));
        });

    [Fact]
    public void SearchBatch_AnyQueries_ThatOfOneAfterTheOther() =>
        AnyCase.Sample(test =>
        {
            var (table, random) = test.Build();
            var queries = Enumerable.Range(0, 5)
                .Select(index => new RetrievalQuery<NotThirds>(Draw(random, test.Dimensions), test.Count * index / 2, default))
                .ToArray();
            var answers = ExactRetriever.SearchBatch<NotThirds>(table, queries, test.Similarity);
            for (var index = 0; index < queries.Length; index++)
            {
                Assert.Equal(
                    ExactRetriever.Search(table, queries[index].Vector.Span, test.Similarity, queries[index].Count, new NotThirds()),
                    answers[index]);
            }
        });

    [Fact]
    public void Search_AllShards_TogetherTheAnswerOfTheWhole() =>
        AnyCase.Sample(test =>
        {
            var (table, random) = test.Build();
            var query = Draw(random, test.Dimensions);
            var parts = Enumerable.Range(0, test.Shards)
                .SelectMany(shard => ExactRetriever.Search(table, query, test.Similarity, test.Count, new AnyRow(), new CatalogShard(shard, test.Shards)));
            Assert.Equal(
                ExactRetriever.Search(table, query, test.Similarity, test.Count, new AnyRow()),
                parts.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Row).Take(test.Count));
        });

    [Fact]
    public void Search_EqualScores_LowerRowsFirst()
    {
        var table = new VectorTable(2);
        for (var row = 0; row < 1000; row++)
        {
            table.Set(row, [1, row % 2]);
        }

        Assert.Equal([1, 3, 5], ExactRetriever.Search(table, [0, 1], Similarity.DotProduct, 3, new AnyRow()).Select(hit => hit.Row));
    }

    [Fact]
    public void Search_RowsWithoutVector_NeverFound()
    {
        var table = new VectorTable(1);
        table.Set(600, [-1]);
        Assert.Equal([new ScoredRow(600, -2)], ExactRetriever.Search(table, [2], Similarity.DotProduct, 10, new AnyRow()));
    }

    [Fact]
    public void Search_QueryNotANumber_Nothing()
    {
        var table = new VectorTable(1);
        table.Set(0, [1]);
        Assert.All(Enum.GetValues<Similarity>(), similarity => Assert.Empty(ExactRetriever.Search(table, [float.NaN], similarity, 10, new AnyRow())));
    }

    [Fact]
    public void Search_MoreThanThereIs_Everything()
    {
        var table = new VectorTable(1);
        table.Set(0, [1]);
        table.Set(1, [2]);
        Assert.Equal([1, 0], ExactRetriever.Search(table, [1], Similarity.DotProduct, int.MaxValue, new AnyRow()).Select(hit => hit.Row));
    }

    [Fact]
    public async Task Search_WhileRowsAreReplaced_EachBeforeOrAfter()
    {
        const int Rows = 600;
        var table = new VectorTable(8);
        void Set(int row, int value) => table.Set(row, Enumerable.Repeat((float)value, 8).ToArray());
        for (var row = 0; row < Rows; row++)
        {
            Set(row, 1);
        }

        var writer = Task.Run(
            () =>
            {
                for (var value = 2; value < 12; value++)
                {
                    for (var row = 0; row < Rows; row++)
                    {
                        Set(row, value);
                    }
                }
            },
            TestContext.Current.CancellationToken);
        var query = Enumerable.Repeat(1f, 8).ToArray();
        do
        {
            var hits = ExactRetriever.Search(table, query, Similarity.DotProduct, Rows, new AnyRow());
            Assert.Equal(Rows, hits.Length);
            Assert.All(hits, hit => Assert.Equal(0, hit.Score % 8));
        }
        while (!writer.IsCompleted);
        await writer;
    }

    [Fact]
    public void Search_WrongDimensions_Refused() =>
        Assert.Throws<ArgumentException>(() => ExactRetriever.Search(new VectorTable(2), [1f], Similarity.Cosine, 1, new AnyRow()));

    [Theory]
    [InlineData(Similarity.DotProduct, 11)]
    [InlineData(Similarity.Cosine, 0.98386991)]
    [InlineData(Similarity.Euclidean, -8)]
    public void Score_TwoVectors_ByDefinition(Similarity similarity, float expected) =>
        Assert.Equal(expected, similarity.Score([1, 2], [3, 4]), 1e-6f);

    [Fact]
    public void Score_CosineWithZero_Zero()
    {
        Assert.Equal(0, Similarity.Cosine.Score([0, 0], [3, 4]));
        Assert.Equal(0, Similarity.Cosine.Score([3, 4], [0, 0]));
    }

    /// <summary>The definition: every score, one at a time, then a sort.</summary>
    private static ScoredRow[] Sorted(VectorTable table, float[] query, Case test) =>
        [.. Enumerable.Range(0, test.Rows)
            .Where(row => table.HasVector(row) && default(NotThirds).Accepts(row))
            .Select(row => new ScoredRow(row, test.Similarity.Score(query, table.Row(row))))
            .OrderByDescending(hit => hit.Score)
            .ThenBy(hit => hit.Row)
            .Take(test.Count)];

    private static float[] Draw(Random random, int length)
    {
        // Few distinct values, so that ties are common.
        var values = new float[length];
        for (var index = 0; index < length; index++)
        {
            values[index] = random.Next(-2, 3);
        }

        return values;
    }

    private readonly struct NotThirds : IRowFilter
    {
        public bool Accepts(int row) => row % 3 != 0;
    }

    private sealed record Case(int Dimensions, int Rows, int Count, Similarity Similarity, int Shards, int Seed)
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
