using RecActors.Catalog;

namespace RecActors.Sharding;

public sealed class ItemVectorCacheTests
{
    private readonly CatalogReplica _catalog = new();

    [Fact]
    public void TryGet_ItemChangedSince_DoesNotGiveTheOldVector()
    {
        var row = _catalog.Apply(new CatalogChange(5, "a", new ItemRecord { ItemId = "a" }));
        var cache = new ItemVectorCache(_catalog, 10);
        cache.Add(row, [3, 4], changeNumber: 5);
        Assert.True(cache.TryGet(row, out var vector));
        Assert.Equal(25, vector.SquaredNorm);
        _catalog.Apply(new CatalogChange(6, "a", new ItemRecord { ItemId = "a", Categories = ["other"] }));
        Assert.False(cache.TryGet(row, out _));
    }

    [Fact]
    public void Add_MoreThanTheCapacity_ForgetsWhatWasUsedLeast()
    {
        for (var i = 0; i < 100; i++)
        {
            _catalog.Intern($"i{i}");
        }

        var cache = new ItemVectorCache(_catalog, 10);
        for (var row = 0; row < 100; row++)
        {
            cache.Add(row, [row], changeNumber: 0);
            Assert.True(cache.TryGet(0, out _), "what is used all the time stays");
        }

        Assert.InRange(Enumerable.Range(0, 100).Count(row => cache.TryGet(row, out _)), 5, 12);
    }
}
