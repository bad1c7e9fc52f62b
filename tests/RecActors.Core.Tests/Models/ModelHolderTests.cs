using RecActors.Catalog;

namespace RecActors.Models;

public sealed class ModelHolderTests
{
    private readonly CatalogReplica _catalog = new();
    private readonly ModelHolder _holder = new();
    private long _number;

    [Fact]
    public void Current_BeforeAnySwap_ColdStart()
    {
        Assert.Same(ServingModel.ColdStart, _holder.Current);
        Assert.Null(_holder.Previous);
    }

    [Fact]
    public void Swap_Twice_OnlyTheLastTwoFollowTheCatalog()
    {
        var models = Enumerable.Range(1, 3).Select(version => ServingModel.Bind(SampleBundle.Create(version), _catalog)).ToArray();
        foreach (var model in models)
        {
            _holder.Swap(model);
        }

        Assert.Same(models[2], _holder.Current);
        Assert.Same(models[1], _holder.Previous);
        Assert.Equal([false, true, true], models.Select(Follows));
    }

    [Fact]
    public void Swap_BackToThePrevious_BothGoOnFollowing()
    {
        var first = ServingModel.Bind(SampleBundle.Create(1), _catalog);
        var second = ServingModel.Bind(SampleBundle.Create(2), _catalog);
        _holder.Swap(first);
        _holder.Swap(second);
        _holder.Swap(first);
        Assert.Same(first, _holder.Current);
        Assert.Same(second, _holder.Previous);
        Assert.True(Follows(first));
        Assert.True(Follows(second));
    }

    [Fact]
    public void Swap_SameModel_Nothing()
    {
        var first = ServingModel.Bind(SampleBundle.Create(1), _catalog);
        var second = ServingModel.Bind(SampleBundle.Create(2), _catalog);
        _holder.Swap(first);
        _holder.Swap(second);
        _holder.Swap(second);
        Assert.Same(first, _holder.Previous);
    }

    private bool Follows(ServingModel model)
    {
        var id = "new" + _number;
        return model.Vectors.HasVector(_catalog.Apply(new CatalogChange(++_number, id, new ItemRecord { ItemId = id, Categories = ["x"] })));
    }
}
