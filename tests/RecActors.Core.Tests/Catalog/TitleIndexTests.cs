namespace RecActors.Catalog;

public sealed class TitleIndexTests
{
    private static readonly string?[] Titles =
        ["Toy Story (1995)", "Toy Story 2 (1999)", "The Story of Us (1999)", null, "Amélie", "toys"];

    [Theory]
    [InlineData("toy", 0, 1, 5)]
    [InlineData("TOY sto", 0, 1)]
    [InlineData("story toy 1995", 0)]
    [InlineData("us", 2)]
    [InlineData("amélie", 4)]
    [InlineData("199", 0, 1, 2)]
    [InlineData("story, 1999!", 1, 2)]
    [InlineData("oy")]
    [InlineData("toy unknown")]
    [InlineData(" -- ")]
    [InlineData("")]
    public void Find_Query_AreTheTitlesThatHaveAWordForEachOfIts(string query, params int[] rows)
    {
        var catalog = new CatalogReplica();
        foreach (var (title, number) in Titles.Select((title, index) => (title, index + 1)))
        {
            catalog.Apply(new CatalogChange(number, $"i{number}", new ItemRecord { ItemId = $"i{number}", Comment = title }));
        }

        Assert.Equal(rows, TitleIndex.Of(catalog).Find(query));
    }
}
