namespace RecActors.Ratings;

public sealed class DampedBiasesTests
{
    [Fact]
    public void Fit_OneUserPerItem_DampsTheDistanceFromTheMean()
    {
        // Mean 3. Two items, each rated by users of their own: no user or item is explained by another, so from the first sweep on
        // b_i = Σ(r − μ − b_u)/(2 + 1); one sweep of a user's single rating halves what is left.
        var data = RatingData.Of([new("a", "x", 5), new("b", "x", 5), new("c", "y", 1), new("d", "y", 1)], []);

        var biases = DampedBiases.Fit(data, [0, 1, 2, 3], damping: 1);

        Assert.Equal(3, biases.Mean);
        var (user, item) = (0d, 0d);
        for (var sweep = 0; sweep < 5; sweep++)
        {
            item = 2 * (2 - user) / 3;
            user = (2 - item) / 2;
        }

        Assert.Equal([(float)item, -(float)item], biases.Items);
        Assert.Equal([(float)user, (float)user, -(float)user, -(float)user], biases.Users);
        Assert.Equal((float)(3 + user + item), biases.Predict(0, 0), 1e-6f);
    }

    [Fact]
    public void Fit_UserOutsideTheRows_HasNoBias()
    {
        var data = RatingData.Of([new("a", "x", 5), new("b", "y", 1)], []);

        Assert.Equal(0, DampedBiases.Fit(data, [0], damping: 1).Users[1]);
    }
}
