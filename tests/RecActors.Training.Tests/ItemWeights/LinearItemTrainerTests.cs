using RecActors.Training;

namespace RecActors.ItemWeights;

public sealed class LinearItemTrainerTests
{
    private static readonly TrainingOptions Options = new();
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    // Gram matrix 2 1 / 1 2; with λ = 1 it is 3 1 / 1 3, its inverse 3 -1 / -1 3 over 8, and B has 1/3 off the diagonal.
    [Fact]
    public void Fit_TwoItems_IsTheClosedForm()
    {
        var trainer = new LinearItemTrainer([[7, 9], [7], [9]], 100, Options, Token);

        Assert.Equal([7, 9], trainer.Items.ToArray());
        Assert.Equal([0, 1 / 3f, 1 / 3f, 0], trainer.Fit(1), (expected, actual) => Math.Abs(expected - actual) < 1e-6f);
    }

    [Fact]
    public void Fit_AnyMatrix_SolvesTheRidgeRegressionOfEveryItemOnTheOthers()
    {
        var random = new Random(5);
        var users = Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 8).Where(_ => random.Next(3) == 0).ToArray()).ToList();
        var trainer = new LinearItemTrainer(users, 100, Options, Token);
        var size = trainer.Items.Length;

        var weights = trainer.Fit(2);

        // At the minimum of |x_j - X b|² + λ|b|² with b_j = 0 the gradient of every other weight is 0.
        for (var target = 0; target < size; target++)
        {
            for (var item = 0; item < size; item++)
            {
                var gradient = 2d * weights[(item * size) + target];
                foreach (var user in users.Where(user => user.Contains(trainer.Items[item])))
                {
                    gradient += user.Sum(other => weights[(trainer.Items.IndexOf(other) * size) + target]) - (user.Contains(trainer.Items[target]) ? 1 : 0);
                }

                Assert.True(item == target || Math.Abs(gradient) < 1e-4, $"{item} -> {target}: {gradient}");
            }
        }
    }

    [Fact]
    public void Prune_MoreWeightsThanKept_KeepsTheLargestByMagnitude()
    {
        var trainer = new LinearItemTrainer([[0, 1, 2]], 100, new TrainingOptions { LinearWeightsPerItem = 1 }, Token);

        var model = trainer.Prune([0, .1f, -.2f, .3f, 0, .2f, .1f, .4f, 0], ["a", "b", "c"]);

        model.Validate();
        Assert.Equal(["a", "b", "c"], model.ItemIds);
        Assert.Equal([0, 1, 2, 3], model.Starts);
        Assert.Equal([2, 0, 1], model.Targets);
        Assert.Equal([-.2f, .3f, .4f], model.Weights);
    }

    [Fact]
    public void Items_MoreThanAllowed_AreThoseOfMostUsers()
    {
        var trainer = new LinearItemTrainer([[1, 2, 3], [3, 2], [3]], 2, Options, Token);

        Assert.Equal([2, 3], trainer.Items.ToArray());
    }
}
