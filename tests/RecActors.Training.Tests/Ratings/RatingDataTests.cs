using RecActors.Catalog;

namespace RecActors.Ratings;

public sealed class RatingDataTests
{
    [Fact]
    public void Of_PairRatedTwice_KeepsTheLaterValueOnce()
    {
        var data = RatingData.Of([new("a", "x", 1), new("b", "x", 2), new("a", "x", 5)], []);

        Assert.Equal([5f, 2f], data.Values);
        Assert.Equal([0, 1], data.Users);
        Assert.Equal([0, 0], data.Items);
    }

    [Fact]
    public void Of_RecordsOfUnratedItems_AreLeftOut()
    {
        var data = RatingData.Of([new("a", "x", 1)], [new ItemRecord { ItemId = "y" }, new ItemRecord { ItemId = "x", Comment = "X" }]);

        Assert.Equal("X", Assert.Single(data.Records)!.Comment);
    }

    [Fact]
    public void Of_ValueThatIsNoNumber_Throws() =>
        Assert.Contains("finite", Assert.Throws<ArgumentException>(() => RatingData.Of([new("a", "x", float.NaN)], [])).Message, StringComparison.Ordinal);

    [Fact]
    public void WithSampledNegatives_Clicks_GivesEachUserAsManyZerosOnOtherItems()
    {
        var data = RatingData.Of([.. Enumerable.Range(0, 10).SelectMany(user => Enumerable.Range(0, 4).Select(i => new Rating($"u{user}", $"i{(user + i) % 20}", 3)))], []);

        var clicks = data.WithSampledNegatives(seed: 1);

        Assert.Equal(80, clicks.Count);
        Assert.Equal(80, clicks.Users.Zip(clicks.Items).Distinct().Count());
        Assert.All(
            Enumerable.Range(0, clicks.Count).GroupBy(row => clicks.Users[row]),
            user => Assert.Equal((4, 4), (user.Count(row => clicks.Values[row] == 1), user.Count(row => clicks.Values[row] == 0))));
        Assert.Equal(clicks.Items, data.WithSampledNegatives(seed: 1).Items);
    }

    [Fact]
    public void WithSampledNegatives_UserWhoHasEverything_GetsNone()
    {
        var data = RatingData.Of([new("a", "x", 1), new("a", "y", 1), new("b", "x", 1)], []);

        Assert.Equal([1f, 1f, 1f, 0f], data.WithSampledNegatives(seed: 1).Values);
    }
}
