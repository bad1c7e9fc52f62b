namespace RecActors.Evaluation;

public sealed class RecentPopularityBaselineTests
{
    private static readonly HashSet<string> Nothing = [];

    [Fact]
    public void RankOf_ThreeAgainstOne_CountsActions()
    {
        var baseline = After("a", "b", "a", "a");
        Assert.Equal((1, 2, 0), (baseline.RankOf("a", Nothing), baseline.RankOf("b", Nothing), baseline.RankOf("c", Nothing)));
    }

    [Fact]
    public void RankOf_OldFavourite_FallsBehindAfterAHalfLife()
    {
        // Two half-lives make three old actions worth three quarters of a new one.
        var baseline = After("old", "old", "old");
        for (var action = 0; action < 2 * RecentPopularityBaseline.HalfLifeActions; action++)
        {
            baseline.Add($"filler{action}");
        }

        baseline.Add("new");
        Assert.True(baseline.RankOf("new", Nothing) < baseline.RankOf("old", Nothing));
    }

    [Fact]
    public void RankOf_SeenItems_AreNotCounted() =>
        Assert.Equal(1, After("a", "a", "b").RankOf("b", new HashSet<string> { "a" }));

    [Fact]
    public void RankOf_AfterManyRescalings_StaysInOrder()
    {
        var baseline = new RecentPopularityBaseline();
        for (var action = 0; action < 500_000; action++)
        {
            baseline.Add(action % 3 == 0 ? "rare" : "common");
        }

        Assert.Equal((1, 2), (baseline.RankOf("common", Nothing), baseline.RankOf("rare", Nothing)));
    }

    private static RecentPopularityBaseline After(params string[] items)
    {
        var baseline = new RecentPopularityBaseline();
        foreach (var item in items)
        {
            baseline.Add(item);
        }

        return baseline;
    }
}
