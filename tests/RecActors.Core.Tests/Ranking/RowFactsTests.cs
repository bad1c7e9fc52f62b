using RecActors.Catalog;

namespace RecActors.Ranking;

public sealed class RowFactsTests
{
    private readonly CatalogReplica _catalog = new();
    private long _number;

    [Fact]
    public void IsShown_ItemsBeforeAndAfter_FollowsTheRecords()
    {
        var before = Put(new ItemRecord { ItemId = "a", Comment = "Heat (1995)" });
        var facts = RowFacts.Of(_catalog);
        var expiring = Put(new ItemRecord { ItemId = "b", ExpiresAtMs = 5 });
        var hidden = Put(new ItemRecord { ItemId = "c", IsHidden = true, Comment = "Ran (1985)" });

        Assert.True(facts.IsShown(before, out var expires));
        Assert.False(expires);
        Assert.True(facts.IsShown(expiring, out expires));
        Assert.True(expires);
        Assert.False(facts.IsShown(hidden, out _));
        Assert.Equal(1995, facts.YearOf(before));
        Assert.Equal(0, facts.YearOf(expiring));
        Assert.Equal(1985, facts.YearOf(hidden));

        _catalog.Apply(new CatalogChange(++_number, "a", null));
        Assert.False(facts.IsShown(before, out _));
        Assert.False(facts.IsShown(row: 1_000_000, out _));
    }

    private int Put(ItemRecord item) => _catalog.Apply(new CatalogChange(++_number, item.ItemId, item));
}
