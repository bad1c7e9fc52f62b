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

    [Fact]
    public void Accumulate_HistoriesThatMove_AreThoseSummedAnew()
    {
        var random = new Random(5);
        string[] ids = [.. Enumerable.Range(0, 60).Select(item => $"i{item}")];
        int[] rows = [.. ids.Append("unknown to the model").Select(Row)];
        var items = LinearItems.Bind(SampleLinearItems.Create(ids, seed: 4), _catalog);
        var history = new UserHistory(window: 40);
        var moved = new LinearItemScores();
        for (var step = 0; step < 500; step++)
        {
            // One or a few at a time, new ones and old ones, disliked and taken back; the window drops what is oldest.
            for (var actions = random.Next(1, 4); actions > 0; actions--)
            {
                var item = Liked(rows[random.Next(rows.Length)]) with { Polarity = random.Next(9) == 0 ? Polarity.Negative : Polarity.Positive };
                if (random.Next(12) == 0)
                {
                    history.Remove(item.Row);
                }
                else
                {
                    history.Add(item);
                }
            }

            var anew = new LinearItemScores();
            items.Accumulate(history.NewestFirst.AsSpan(), .9f, moved);
            items.Accumulate(history.NewestFirst.AsSpan(), .9f, anew);
            Assert.Equal(rows.Select(anew.Even), rows.Select(moved.Even));
            Assert.All(rows, row => Assert.Equal(anew.Faded(row), moved.Faded(row), 1e-5f));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Accumulate_ItemsThatComeBackWithinTheHorizon_AreThoseSummedAnew(bool isOneItemAgain)
    {
        // With .9 an item does not count after 175 newer ones; 75 that are taken back, or repeated and acted on again, make some younger.
        string[] ids = [.. Enumerable.Range(0, 400).Select(item => $"i{item}")];
        int[] rows = [.. ids.Select(Row)];
        var items = LinearItems.Bind(SampleLinearItems.Create(ids, seed: 4), _catalog);
        HistoryItem[] before = [.. rows.Select((row, age) => Liked(isOneItemAgain && age is >= 100 and < 175 ? rows[100] : row))];
        HistoryItem[] after = [.. before[..100], .. before[175..]];
        var (moved, anew) = (new LinearItemScores(), new LinearItemScores());

        items.Accumulate(before, .9f, moved);
        after = isOneItemAgain ? [before[100], .. after] : after;
        items.Accumulate(after, .9f, moved);
        items.Accumulate(after, .9f, anew);

        Assert.All(rows, row => Assert.Equal(anew.Faded(row), moved.Faded(row), 1e-6f));
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
