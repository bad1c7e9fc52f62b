namespace RecActors.Ranking;

public sealed class PlackettLuceTests
{
    private static readonly float[] Scores = [3f, 2f, 1.5f, 1f, 0f];
    private static readonly int[] Rows = [0, 1, 2, 3, 4];

    [Fact]
    public void Draw_ManyTimes_ChoosesAsOftenAsThePropensitiesSay()
    {
        const int Draws = 20_000;
        var random = new Random(1);
        var (chosen, inverse) = (new int[Scores.Length], new double[Scores.Length]);
        var (order, propensities) = (new int[2], new float[2]);
        for (var draw = 0; draw < Draws; draw++)
        {
            Assert.Equal(2, PlackettLuce.Draw(Scores, 0.5f, random, Rows, null, order, propensities));
            chosen[order[0]]++;

            // Weighted by the inverse of what was logged, every item has the first place, and then the second, equally often.
            inverse[order[0]] += 1 / propensities[0];
        }

        var weights = Scores.Select(score => Math.Exp((score - 3) / 3 / 0.5)).ToArray();
        for (var i = 0; i < Scores.Length; i++)
        {
            var expected = weights[i] / weights.Sum();
            Assert.Equal(expected, chosen[i] / (double)Draws, 4 * Math.Sqrt(expected * (1 - expected) / Draws));
            Assert.Equal(1, inverse[i] / Draws, 4 * Math.Sqrt((1 - expected) / expected / Draws));
        }
    }

    [Fact]
    public void Draw_EverythingThatThereIs_EndsWithCertainty()
    {
        var (order, propensities) = (new int[5], new float[5]);

        Assert.Equal(5, PlackettLuce.Draw(Scores, 1f, new Random(2), Rows, null, order, propensities));

        Assert.Equal(Rows, order.Order());
        Assert.Equal(1f, propensities[^1]);
    }

    [Fact]
    public void Draw_AtALowTemperature_IsTheBestRanking()
    {
        var (order, propensities) = (new int[5], new float[5]);

        PlackettLuce.Draw(Scores, 1e-3f, new Random(3), Rows, null, order, propensities);

        Assert.Equal(Rows, order);
        Assert.All(propensities, propensity => Assert.Equal(1f, propensity, 1e-6f));
    }

    [Fact]
    public void Recommend_Explored_IsDrawnByTheSeedAndHoldsTheSameItems()
    {
        var world = new GeneratedWorld(seed: 21);
        var request = new RecommendRequest { Count = 100, NowMs = GeneratedWorld.NowMs, Exploration = 0.5f, ExplorationSeed = 7 };
        foreach (var user in world.Users)
        {
            var best = world.Engine.Recommend(world.Model, user, request with { Exploration = 0 }).Items;
            var drawn = world.Engine.Recommend(world.Model, user, request).Items;

            Assert.Equal(drawn, world.Engine.Recommend(world.Model, user, request).Items);
            Assert.NotEqual(drawn.Select(item => item.Row), world.Engine.Recommend(world.Model, user, request with { ExplorationSeed = 8 }).Items.Select(item => item.Row));
            Assert.Equal(best.Select(item => (item.Row, item.Score)).Order(), drawn.Select(item => (item.Row, item.Score)).Order());
            Assert.All(drawn, item => Assert.InRange(item.Propensity!.Value, float.Epsilon, 1));
            Assert.All(best, item => Assert.Null(item.Propensity));
        }
    }
}
