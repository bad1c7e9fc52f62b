using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Refit;

namespace RecActors.ItemWeights;

public sealed class ItemWeightScoreTests
{
    // a gives c .5 and d .2; b gives d .4: with both, d leads with .6, and of a's list c.
    private static readonly LinearItemModel Model = new()
    {
        ItemIds = ["a", "b", "c", "d"],
        Starts = [0, 2, 3, 3, 3],
        Targets = [2, 3, 3],
        Weights = [.5f, .2f, .4f],
    };

    [Theory]
    [InlineData(new[] { 3 }, new int[0], 1)]
    [InlineData(new[] { 2 }, new int[0], .6309)]
    [InlineData(new[] { 2 }, new[] { 3 }, 1)]
    [InlineData(new[] { 2, 3 }, new int[0], 1)]
    [InlineData(new[] { 4 }, new int[0], 0)]
    public void Ndcg_HistoryOfTwoItems_RanksTheUnseenByTheSummedWeights(int[] targets, int[] seen, double expected)
    {
        var set = SyntheticSets.Of(("u", "a", 1), ("u", "b", 1), ("u", "c", 1), ("u", "d", 1), ("u", "e", 1));
        HistoryItem[] history = [new(0, 1, Polarity.Positive, 0), new(1, 1, Polarity.Positive, 0)];

        var score = new ItemWeightScore(set, [new([.. history], SeenRows.Of(seen), targets)], depth: 100);

        Assert.Equal(expected, score.Ndcg(Model), 4);
    }
}
