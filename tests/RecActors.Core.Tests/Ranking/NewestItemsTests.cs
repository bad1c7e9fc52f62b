using RecActors.Catalog;

namespace RecActors.Ranking;

public sealed class NewestItemsTests
{
    private readonly CatalogReplica _catalog = new();
    private long _number;

    [Fact]
    public void Items_ItemsBeforeAndAfter_AreNewestFirst()
    {
        var a = Put("a", 10);
        var newest = NewestItems.Of(_catalog, 3);
        var b = Put("b", 30);
        var c = Put("c", 20);
        Assert.Equal([b, c, a], newest.Items.Select(item => item.Row));
    }

    [Fact]
    public void Items_MoreThanFit_KeepsTheNewest()
    {
        var newest = NewestItems.Of(_catalog, 2);
        Put("a", 10);
        var b = Put("b", 30);
        var c = Put("c", 20);
        Put("d", 5);
        Assert.Equal([b, c], newest.Items.Select(item => item.Row));
    }

    [Fact]
    public void Items_ChangedAndDeletedItems_Follow()
    {
        var newest = NewestItems.Of(_catalog, 3);
        var a = Put("a", 10);
        var b = Put("b", 30);
        var c = Put("c", 20);
        Put("a", 40);
        _catalog.Apply(new CatalogChange(++_number, "b", null));
        Assert.Equal([a, c], newest.Items.Select(item => item.Row));
        Assert.DoesNotContain(b, newest.Items.Select(item => item.Row));
    }

    [Fact]
    public void Items_UnknownTime_IsNotNew()
    {
        var newest = NewestItems.Of(_catalog, 3);
        Put("a", 0);
        Assert.Empty(newest.Items.Select(item => item.Row));
    }

    private int Put(string id, long timestampMs) =>
        _catalog.Apply(new CatalogChange(++_number, id, new ItemRecord { ItemId = id, TimestampMs = timestampMs }));
}
