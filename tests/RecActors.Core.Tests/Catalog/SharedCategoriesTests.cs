namespace RecActors.Catalog;

public sealed class SharedCategoriesTests
{
    [Fact]
    public void Of_EqualLists_OneList()
    {
        var shared = new SharedCategories();
        var first = shared.Of(["a", "b"]);
        Assert.Same(first, shared.Of([new string("a"), new string("b")]));
        Assert.Equal(["b", "a"], shared.Of(["b", "a"]));
        Assert.NotSame(first, shared.Of(["b", "a"]));
        Assert.Empty(shared.Of([]));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("names")]
    public void Of_MoreThanAreKept_LetsThemGoAndSharesAnew(string many)
    {
        var shared = new SharedCategories(most: 3);
        string[] ofMany = many == "list" ? ["a", "a"] : ["b", "c"];
        var first = shared.Of(["a"]);
        Assert.Same(first, shared.Of(["a"]));
        shared.Of(ofMany);
        shared.Of(["a", "a", "a"]);

        Assert.Equal(["a", "b"], shared.Of(["a", "b"]));
        var again = shared.Of(["a"]);
        Assert.NotSame(first, again);
        Assert.Same(again, shared.Of(["a"]));
    }

    [Fact]
    public void Of_AListThatIsWrittenToLater_AsItWas()
    {
        var categories = new List<string> { "a", "b" };
        var shared = new SharedCategories().Of(categories);
        categories[0] = "c";
        Assert.Equal(["a", "b"], shared);
    }
}
