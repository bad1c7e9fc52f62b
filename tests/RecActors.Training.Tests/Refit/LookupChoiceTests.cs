using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemToItem;

namespace RecActors.Refit;

public sealed class LookupChoiceTests
{
    private const int Rows = 12;

    // Everybody who took an item took the one three rows on, next.
    private static ReplayState State()
    {
        var events = Enumerable.Range(0, 90).SelectMany(user => new[] { ($"u{user}", $"i{user % 9}", 1L), ($"u{user}", $"i{(user % 9) + 3}", 2L) });
        var set = SyntheticSets.Of([.. Enumerable.Range(0, Rows).Select(row => ("first", $"i{row}", 0L)), .. events]);
        var state = new ReplayState(set, 200, new(), new());
        for (var index = Rows; index < set.Events.Count; index++)
        {
            state.Advance(index);
        }

        return state;
    }

    [Fact]
    public void Chosen_NewestItemsTell_IsTheConfigured()
    {
        var choice = new LookupChoice(State(), ItemToItemLookup.Default);

        choice.Ask(Query(target: 3, [0, 0, 0, .. Enumerable.Repeat(1, 10)]));

        Assert.Null(choice.Chosen);
    }

    [Fact]
    public void Chosen_WholeHistoryTells_WeighsAllItemsAlike()
    {
        var choice = new LookupChoice(State(), ItemToItemLookup.Default);

        choice.Ask(Query(target: 4, [.. Enumerable.Repeat(0, 30), .. Enumerable.Repeat(1, 40)]));

        Assert.Equal(ItemToItemLookup.Default with { TransitionDepth = int.MaxValue, TransitionSlowDecay = 1, CooccurrenceDepth = int.MaxValue, CooccurrenceSlowDecay = 1 }, choice.Chosen);
    }

    [Fact]
    public void Chosen_NothingAsked_IsTheConfigured() => Assert.Null(new LookupChoice(State(), ItemToItemLookup.Default).Chosen);

    private static ValidationQuery Query(int target, int[] history) =>
        new([.. history.Select(row => new HistoryItem(row, 1, Polarity.Positive, 0))], SeenRows.None, [target]);
}
