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
        var expiring = Put(new ItemRecord { ItemId = "b", ExpiresAtMs = 5, TimestampMs = 7 });
        var hidden = Put(new ItemRecord { ItemId = "c", IsHidden = true, Comment = "Ran (1985)" });

        Assert.True(facts.IsShown(before, out var expires));
        Assert.False(expires);
        Assert.True(facts.IsShown(expiring, out expires));
        Assert.True(expires);
        Assert.False(facts.IsShown(hidden, out _));
        Assert.Equal(1995, facts.YearOf(before));
        Assert.Equal(0, facts.YearOf(expiring));
        Assert.Equal(1985, facts.YearOf(hidden));
        Assert.Equal((0, 7), (facts.TimestampMsOf(before), facts.TimestampMsOf(expiring)));

        _catalog.Apply(new CatalogChange(++_number, "a", null));
        Assert.False(facts.IsShown(before, out _));
        Assert.False(facts.IsShown(row: 1_000_000, out _));
        _catalog.Apply(new CatalogChange(++_number, "b", null));
        Assert.Equal((0, 0), (facts.TimestampMsOf(expiring), facts.TimestampMsOf(row: 1_000_000)));
    }

    private int Put(ItemRecord item) => _catalog.Apply(new CatalogChange(++_number, item.ItemId, item));
}
