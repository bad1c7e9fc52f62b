using CsCheck;

namespace RecActors.Ranking;

public sealed class MaximalMarginalRelevanceTests
{
    [Fact]
    public void Pick_TwoTwinsAndAStranger_PutsTheStrangerBetween()
    {
        // Relevance scaled to [0, 1]: 1, .9, 0. First the best. Then, with λ = .5: the twin .5·.9 − .5·1 = −.05; the stranger 0 − .5·0 = 0.
        Assert.Equal([0, 2, 1], Pick([10f, 9f, 0f], [1f, 0f, 2f, 0f, 0f, 1f], 0.5f, 3));
    }

    [Fact]
    public void Pick_OppositeVector_CountsAsFurtherThanAnOrthogonalOne()
    {
        // After the first: orthogonal .5·.5 − .5·0 = .25; opposite .5·0 − .5·(−1) = .5.
        Assert.Equal([0, 2, 1], Pick([2f, 1f, 0f], [1f, 0f, 0f, 1f, -1f, 0f], 0.5f, 3));
    }

    [Fact]
    public void Pick_LambdaOne_KeepsTheOrder() =>
        Assert.Equal([0, 1, 2], Pick([3f, 2f, 1f], [1f, 0f, 1f, 0f, 1f, 0f], 1f, 3));

    [Fact]
    public void Pick_ItemWithoutVector_IsLikeNothing() =>
        Assert.Equal([0, 2, 1], Pick([10f, 9f, 8.9f], [1f, 0f, 1f, 0f, 0f, 0f], 0.5f, 3));

    [Fact]
    public void Pick_AnyInput_PicksDistinctPositionsAndTheBestFirst() =>
        Gen.Select(Gen.Float[-1, 1].Array[1, 20], Gen.Float[-1, 1].Array[60], Gen.Float[0, 1]).Sample((scores, values, lambda) =>
        {
            Array.Sort(scores, (a, b) => b.CompareTo(a));
            var order = Pick(scores, values[..(scores.Length * 3)], lambda, scores.Length);
            Assert.Equal(Enumerable.Range(0, scores.Length), order.Order());
            Assert.True(lambda == 0 || scores[order[0]] == scores[0]);
        });

    private static int[] Pick(float[] scores, float[] vectors, float lambda, int count)
    {
        var order = new int[count];
        MaximalMarginalRelevance.Pick(scores, vectors, lambda, order);
        return order;
    }
}
