using Microsoft.Extensions.Time.Testing;
using RecActors.Catalog;
using RecActors.ItemToItem;

namespace RecActors.Items;

public sealed class PopularItemsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly CatalogReplica _catalog = new();
    private readonly ItemStatistics _statistics;
    private readonly PopularItems _popular;

    public PopularItemsTests()
    {
        _statistics = new ItemStatistics(new ItemStatisticsOptions(), _catalog.RowsById);
        _popular = new PopularItems(_catalog, _statistics, _time);
    }

    [Fact]
    public void Find_FewPopularItems_AreAsTheyAreNow()
    {
        ActOn(items: 10);
        Assert.Equal([2, 1, 0], Rows(count: 5, below: 3));

        _statistics.CountRecent(1);

        Assert.Equal([1, 2, 0], Rows(count: 5, below: 3));
    }

    [Fact]
    public void Find_BestOfMany_AreAsTheyAreNow()
    {
        ActOn(items: 1_100);
        Assert.Equal([1_099, 1_098], Rows(count: 2, below: 1_100));

        _statistics.CountRecent(1_098);

        Assert.Equal([1_098, 1_099], Rows(count: 2, below: 1_100));
    }

    [Fact]
    public void Find_MoreThanTheBestHave_IsInAnOrderThatIsKeptForAWhile()
    {
        ActOn(items: 1_100);
        Assert.Equal([3, 2, 1, 0], Rows(count: 5, below: 4));
        Assert.Equal(1_100, Rows(count: 2_000, below: 1_100).Length);

        _statistics.CountRecent(1);
        _time.Advance(PopularItems.Kept - TimeSpan.FromTicks(1));
        Assert.Equal([3, 2, 1, 0], Rows(count: 5, below: 4));
        Assert.Equal([2, 0], Find(5, row => row is 0 or 2));

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([1, 3, 2, 0], Rows(count: 5, below: 4));
    }

    [Fact]
    public void Find_Anything_HasPositiveScoresThatFall()
    {
        ActOn(items: 1_100);
        _catalog.Intern("nobody acted on it");

        var found = _popular.Find(2_000, _ => true);

        Assert.Equal(1_100, found.Length);
        Assert.Equal(found.OrderByDescending(item => item.Score), found);
        Assert.True(found[^1].Score > 0);
    }

    /// <summary>One action on each, so that the last is the most popular.</summary>
    private void ActOn(int items)
    {
        for (var item = 0; item < items; item++)
        {
            _statistics.CountRecent(_catalog.Intern($"i{item:0000}"));
        }
    }

    private int[] Rows(int count, int below) => Find(count, row => row < below);

    private int[] Find(int count, Predicate<int> listed) => Array.ConvertAll(_popular.Find(count, listed), item => item.Row);
}
