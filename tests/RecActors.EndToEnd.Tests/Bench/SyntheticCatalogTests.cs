using RecActors.Bench.Scale;
using RecActors.Retrieval;

namespace RecActors.Bench;

public sealed class SyntheticCatalogTests
{
    private const int Items = 2_000;

    [Fact]
    public void Create_SameSize_SameCatalog()
    {
        var (left, right) = (new SyntheticCatalog(Items), new SyntheticCatalog(Items));

        Assert.Equal(left.Vectors, right.Vectors);
        Assert.Equal(left.History(7, 50), right.History(7, 50));
        Assert.Equal(left.Record(3, 0).LabelsJson, right.Record(3, 0).LabelsJson);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(1_000)]
    public void History_OfALength_HasSoManyDistinctItems(int length)
    {
        var history = new SyntheticCatalog(Items).History(user: 1, length);

        Assert.Equal(length, history.Distinct().Count());
        Assert.All(history, item => Assert.InRange(item, 0, Items - 1));
    }

    [Fact]
    public void Vectors_OfOneCluster_AreCloserThanOthers()
    {
        var catalog = new SyntheticCatalog(Items);

        var within = Mean(item => item + catalog.Clusters);
        var across = Mean(item => item + 1);

        Assert.True(within > across, $"{within} within clusters, {across} across");

        double Mean(Func<int, int> other) => Enumerable.Range(0, 500).Average(item => (double)Similarity.Euclidean.Score(Vector(item), Vector(other(item))));

        ReadOnlySpan<float> Vector(int item) => catalog.Vectors.AsSpan(item * SyntheticCatalog.Dimensions, SyntheticCatalog.Dimensions);
    }
}
