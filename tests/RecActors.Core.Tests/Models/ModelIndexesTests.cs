using RecActors.Catalog;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Models;

public sealed class ModelIndexesTests
{
    private static readonly IndexOptions Always = new() { FromRows = 1 };

    [Fact]
    public void Recommend_WithIndexes_IsWhatTheScanAnswers()
    {
        var world = new GeneratedWorld(seed: 11, items: 400);
        using var indexed = ServingModel.Bind(world.Bundle, world.Catalog);
        Assert.Equal(["embedding", "sequence"], ModelIndexes.Refresh(indexed, Always, TestContext.Current.CancellationToken).Select(report => report.Source));
        Assert.True(indexed.IsIndexed);

        // What is left out is for the tests of the index; here the way of the answer is compared.
        foreach (var (_, table, _) in indexed.Searched)
        {
            table.Index!.Reach = InvertedFile.Everywhere;
        }

        world.Put(new ItemRecord { ItemId = "fresh", Categories = ["red"], TimestampMs = GeneratedWorld.NowMs });
        world.Delete("i3");
        foreach (var user in world.Users)
        {
            foreach (var category in new[] { null, "red" })
            {
                var request = new RecommendRequest { Count = 30, Category = category, NowMs = GeneratedWorld.NowMs };
                Assert.Equal(
                    world.Engine.Recommend(world.Model, user, request).Items.Select(item => (item.ItemId, item.Score)),
                    world.Engine.Recommend(indexed, user, request).Items.Select(item => (item.ItemId, item.Score)));
            }
        }
    }

    [Fact]
    public void IsStale_FewVectors_NeverIndexed()
    {
        var world = new GeneratedWorld(seed: 12);
        Assert.False(ModelIndexes.IsStale(world.Model, new IndexOptions()));
        Assert.Empty(ModelIndexes.Refresh(world.Model, new IndexOptions(), TestContext.Current.CancellationToken));
        Assert.False(world.Model.IsIndexed);
        Assert.False(ModelIndexes.IsStale(ServingModel.ColdStart, new IndexOptions()));
    }

    [Fact]
    public void IsStale_SomeChanges_MeasuredAgain()
    {
        var world = new GeneratedWorld(seed: 13, items: 200);
        ModelIndexes.Refresh(world.Model, Always, TestContext.Current.CancellationToken);
        var before = world.Model.Vectors.Index;
        for (var i = 0; i < 20; i++)
        {
            world.Model.Vectors.Set(world.Catalog.Count + i, [1, i, 0, 0, 0, 1]);
        }

        Assert.True(ModelIndexes.IsStale(world.Model, Always));
        Assert.Equal("embedding", Assert.Single(ModelIndexes.Refresh(world.Model, Always, TestContext.Current.CancellationToken)).Source);
        Assert.Same(before, world.Model.Vectors.Index);
        Assert.False(ModelIndexes.IsStale(world.Model, Always));
    }

    [Fact]
    public void IsStale_ManyChanges_BuiltAnew()
    {
        var world = new GeneratedWorld(seed: 13, items: 200);
        ModelIndexes.Refresh(world.Model, Always, TestContext.Current.CancellationToken);
        var before = world.Model.Vectors.Index;
        Assert.False(ModelIndexes.IsStale(world.Model, Always));
        for (var i = 0; i < 200; i++)
        {
            world.Model.Vectors.Set(world.Catalog.Count + i, [1, i, 0, 0, 0, 1]);
        }

        Assert.True(ModelIndexes.IsStale(world.Model, Always));
        Assert.Equal("embedding", Assert.Single(ModelIndexes.Refresh(world.Model, Always, TestContext.Current.CancellationToken)).Source);
        Assert.NotSame(before, world.Model.Vectors.Index);
        Assert.False(ModelIndexes.IsStale(world.Model, Always));
    }
}
