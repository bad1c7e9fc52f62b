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

    [Fact]
    public void Of_AListThatIsWrittenToLater_AsItWas()
    {
        var categories = new List<string> { "a", "b" };
        var shared = new SharedCategories().Of(categories);
        categories[0] = "c";
        Assert.Equal(["a", "b"], shared);
    }
}
