namespace RecActors.Interest;

public sealed class ExplicitAlsTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(20)]
    public void Fit_Users_AreWhereTheirGradientsVanish(int dimensions)
    {
        const float Regularization = .7f;
        var values = Values(users: 12, items: 50, perUser: 40);

        var factors = ExplicitAls.Fit(values, new(dimensions, Regularization, Sweeps: 4, Seed: 1, MaxThreads: 1), TestContext.Current.CancellationToken);

        for (var user = 0; user < values.RowCount; user++)
        {
            var x = factors.Users.AsSpan(user * dimensions, dimensions).ToArray();
            var gradient = Array.ConvertAll(x, value => (double)Regularization * value);
            for (var entry = values.Offsets[user]; entry < values.Offsets[user + 1]; entry++)
            {
                var v = factors.Items.AsSpan(values.Columns[entry] * dimensions, dimensions).ToArray();
                var error = x.Zip(v, (a, b) => (double)a * b).Sum() - values.Weights[entry];
                for (var i = 0; i < dimensions; i++)
                {
                    gradient[i] += error * v[i];
                }
            }

            Assert.All(gradient, value => Assert.Equal(0, value, 1e-4));
        }
    }

    [Fact]
    public void Fit_ValuesOfLowRank_ReproducesThem()
    {
        var values = Values(users: 40, items: 30, perUser: 25);

        var factors = ExplicitAls.Fit(values, new(2, .001f, Sweeps: 30, Seed: 1, MaxThreads: 1), TestContext.Current.CancellationToken);

        for (var user = 0; user < values.RowCount; user++)
        {
            for (var entry = values.Offsets[user]; entry < values.Offsets[user + 1]; entry++)
            {
                var item = values.Columns[entry];
                var predicted = (factors.Users[2 * user] * factors.Items[2 * item]) + (factors.Users[(2 * user) + 1] * factors.Items[(2 * item) + 1]);
                Assert.Equal(values.Weights[entry], predicted, .05f);
            }
        }
    }

    [Fact]
    public void Fit_AnyNumberOfThreads_GivesTheSameFactors()
    {
        var values = Values(users: 100, items: 80, perUser: 20);
        var options = new ExplicitAlsOptions(8, .5f, Sweeps: 3, Seed: 1, MaxThreads: 1);

        var (one, three) = (Fit(options), Fit(options with { MaxThreads = 3 }));

        Assert.Equal(one.Users, three.Users);
        Assert.Equal(one.Items, three.Items);

        MatrixFactors Fit(ExplicitAlsOptions with) => ExplicitAls.Fit(values, with, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Fit_UserWithoutValues_HasAZeroVector()
    {
        var values = InteractionMatrix.FromEntries(2, 1, [0], [0], [1f]);

        Assert.Equal([0f, 0f], ExplicitAls.Fit(values, new(2, 1, 2, 1, 1), TestContext.Current.CancellationToken).Users[2..]);
    }

    /// <summary>Values of rank 2.</summary>
    private static InteractionMatrix Values(int users, int items, int perUser)
    {
        var random = new Random(1);
        var (left, right) = (Draw(users * 2), Draw(items * 2));
        var entries = Enumerable.Range(0, users)
            .SelectMany(user => Enumerable.Range(0, perUser).Select(i => (User: user, Item: (user + (i * 7)) % items)))
            .Select(pair => (pair.User, pair.Item, Value: (left[2 * pair.User] * right[2 * pair.Item]) + (left[(2 * pair.User) + 1] * right[(2 * pair.Item) + 1])))
            .ToList();
        return InteractionMatrix.FromEntries(
            users, items, [.. entries.Select(entry => entry.User)], [.. entries.Select(entry => entry.Item)], [.. entries.Select(entry => entry.Value)]);

        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }
}
