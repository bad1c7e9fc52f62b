using RecActors.Catalog;

namespace RecActors.Ranking;

public sealed class ReleaseYearTests
{
    [Theory]
    [InlineData("Heat (1995)", 1995)]
    [InlineData("2001: A Space Odyssey (1968) ", 1968)]
    [InlineData("Heat", 0)]
    [InlineData("Heat (95)", 0)]
    [InlineData("Heat (abcd)", 0)]
    [InlineData("(1995) Heat", 0)]
    [InlineData("", 0)]
    [InlineData(null, 0)]
    public void Of_Title_ReadsTheYearAtItsEnd(string? title, int expected) =>
        Assert.Equal(expected, ReleaseYear.Of(ContentFeatures.Empty, new ItemRecord { ItemId = "a", Comment = title }));

    [Fact]
    public void Of_YearInTheLabels_GoesBeforeTheTitle() =>
        Assert.Equal(2001, ReleaseYear.Of(new ContentFeatures([], 0, 2001), new ItemRecord { ItemId = "a", Comment = "Heat (1995)" }));
}
