using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Interest;

namespace RecActors.ItemToItem;

public sealed class LinearItemsTests
{
    // a gives .5 to b and -.25 to c; b gives .125 to c.
    private static readonly LinearItemModel Model = new()
    {
        ItemIds = ["a", "b", "c"],
        Starts = [0, 2, 3, 3],
        Targets = [1, 2, 2],
        Weights = [.5f, -.25f, .125f],
    };

    private readonly CatalogReplica _catalog = new();

    [Fact]
    public void Accumulate_History_SumsWeightsEvenlyAndFaded()
    {
        // Rows of the process are not the places of the model.
        var (other, c, b, a) = (Row("other"), Row("c"), Row("b"), Row("a"));
        var scores = new LinearItemScores();

        LinearItems.Bind(Model, _catalog).Accumulate([Liked(b), Liked(other), Liked(a)], decay: .5f, scores);

        Assert.Equal((.5f, -.125f), (scores.Even(b), scores.Even(c)));
        Assert.Equal((.125f, .125f - (.25f * .25f)), (scores.Faded(b), scores.Faded(c)));
        Assert.Equal((0f, 0f), (scores.Even(a), scores.Even(other)));
    }

    [Fact]
    public void Accumulate_DislikedItem_GivesNothing()
    {
        var scores = new LinearItemScores();

        LinearItems.Bind(Model, _catalog).Accumulate([Liked(Row("a")) with { Polarity = Polarity.Negative }], decay: 1, scores);

        Assert.Equal(0f, scores.Even(Row("b")));
    }

    [Fact]
    public void Top_Sums_AreThePositiveOnesBestFirst()
    {
        var scores = new LinearItemScores();
        var items = LinearItems.Bind(Model, _catalog);
        var (a, b, c) = (Row("a"), Row("b"), Row("c"));
        items.Accumulate([Liked(a), Liked(b), Liked(b), Liked(b)], decay: 1, scores);
        Span<int> rows = stackalloc int[3];

        Assert.Equal(2, scores.Top(rows, _ => true));
        Assert.Equal([b, c], rows[..2].ToArray());
        Assert.Equal(1, scores.Top(rows, row => row != b));

        scores.Clear();
        Assert.Equal(0, scores.Top(rows, _ => true));
        Assert.Equal(0f, scores.Even(b));
    }

    [Theory]
    [InlineData(new[] { 0, 2, 3 }, new[] { 1, 2, 2 })]
    [InlineData(new[] { 0, 3, 2, 3 }, new[] { 1, 2, 2 })]
    [InlineData(new[] { 0, 2, 3, 3 }, new[] { 1, 2, 3 })]
    [InlineData(new[] { 0, 2, 3, 3 }, new[] { 1, 2 })]
    public void Validate_PartsThatDoNotFit_IsRefused(int[] starts, int[] targets) =>
        Assert.Throws<InvalidDataException>(() => (Model with { Starts = starts, Targets = targets }).Validate());

    private static HistoryItem Liked(int row) => new(row, 1, Polarity.Positive, 0);

    private int Row(string itemId) => _catalog.Intern(itemId);
}
