namespace RecActors.ItemWeights;

public sealed class SharedUserWeightsTests
{
    private static readonly string[] Ids = ["a", "b", "c", "d"];
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    // Users {a, b}, {a, b, c} and {c}: a and b share 1/2 + 1/3, c shares 1/3 with each; all three have two users.
    [Fact]
    public void Fit_UsersOfDifferentLengths_CountsAPairByOneOverTheLength()
    {
        var model = new SharedUserWeights([[0, 1], [0, 1, 2], [2]], mostItems: 10).Fit(0, 0, 10, Ids, Token);

        model.Validate();
        Assert.Equal(["a", "b", "c"], model.ItemIds);
        Assert.Equal([1, 2, 0, 2, 0, 1], model.Targets);
        Assert.Equal([5 / 6f, 1 / 3f, 5 / 6f, 1 / 3f, 1 / 3f, 1 / 3f], model.Weights, (expected, actual) => Math.Abs(expected - actual) < 1e-6f);
    }

    // d has one user and a four: d -> a weighs 4^-1/2, a -> d 4^-1.
    [Fact]
    public void Fit_Exponents_FadeSourceAndTargetByTheirUsers()
    {
        var model = new SharedUserWeights([[0, 3], [0], [0], [0]], mostItems: 10).Fit(1, .5, 10, Ids, Token);

        Assert.Equal([.5f / 4, .5f / 2], model.Weights, (expected, actual) => Math.Abs(expected - actual) < 1e-6f);
    }

    [Fact]
    public void Fit_MoreWeightsThanKept_KeepsTheLargest()
    {
        var model = new SharedUserWeights([[0, 1], [0, 1, 2], [2]], mostItems: 10).Fit(0, 0, 1, Ids, Token);

        Assert.Equal([0, 1, 2, 3], model.Starts);
        Assert.Equal([1, 0], model.Targets[..2]);
    }

    [Fact]
    public void Count_MoreItemsThanAllowed_IsThoseOfMostUsers() =>
        Assert.Equal(["c"], new SharedUserWeights([[1, 2], [2]], mostItems: 1).Fit(0, 0, 1, Ids, Token).ItemIds);
}
