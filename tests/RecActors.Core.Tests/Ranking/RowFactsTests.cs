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

    [Fact]
    public void IsAlwaysShown_Items_ThoseShownWithoutAnEnd()
    {
        var facts = RowFacts.Of(_catalog);
        var rows = Enumerable.Range(0, 200).Select(item => Put(Item(item, item % 3 == 0, item % 5 == 0))).ToArray();
        Check(item => item % 3 != 0 && item % 5 != 0);
        Assert.False(facts.IsAlwaysShown(row: 1_000_000));

        // The other way about, and gone.
        for (var item = 0; item < rows.Length; item++)
        {
            Put(Item(item, item % 3 != 0, false));
        }

        Check(item => item % 3 == 0);
        _catalog.Apply(new CatalogChange(++_number, "item-0", null));
        Check(item => item > 0 && item % 3 == 0);

        void Check(Predicate<int> expected) => Assert.All(rows.Index(), item => Assert.Equal(expected(item.Index), facts.IsAlwaysShown(item.Item)));

        static ItemRecord Item(int item, bool isHidden, bool expires) => new() { ItemId = $"item-{item}", IsHidden = isHidden, ExpiresAtMs = expires ? 5 : null };
    }

    private int Put(ItemRecord item) => _catalog.Apply(new CatalogChange(++_number, item.ItemId, item));
}
