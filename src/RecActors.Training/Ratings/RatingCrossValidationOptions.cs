using System.ComponentModel.DataAnnotations;

namespace RecActors.Ratings;

/// <summary>Constants of the cross-validation of rating prediction. What has a grid is chosen in every fold, by validation inside its training rows.</summary>
public sealed record RatingCrossValidationOptions
{
    /// <value>Folds: each is predicted by models that learned from the others. Default 5.</value>
    [Range(2, 1000)]
    public int Folds { get; init; } = 5;

    /// <value>Inner folds, out of which the features of the training rows come. Default 10: with fewer, users' profiles lack more than they will when it counts.</value>
    [Range(2, 100)]
    public int InnerFolds { get; init; } = 10;

    /// <value>Ratings from here on are positive: what precision, recall, AUC and cross-entropy are about. Default 4.</value>
    public float PositiveFrom { get; init; } = 4;

    /// <value>d, length of the factors. Default 16.</value>
    [Range(1, 256)]
    public int Dimensions { get; init; } = 16;

    /// <value>Alternating solves of a factorisation. Default 10.</value>
    [Range(1, 1000)]
    public int Sweeps { get; init; } = 10;

    /// <value>Grid of the damping of biases and profiles, in ratings. Default 1 to 20.</value>
    [MinLength(1)]
    public IReadOnlyList<double> Damping { get; init; } = [1, 2, 5, 10, 20];

    /// <value>Grid of the factors' regularisation. Default 2 to 32.</value>
    [MinLength(1)]
    public IReadOnlyList<float> Regularization { get; init; } = [2, 4, 8, 16, 32];

    /// <value>Sizes of the network's hidden layers. Default 64 and 32.</value>
    public IReadOnlyList<int> HiddenSizes { get; init; } = [64, 32];

    /// <value>Step size of the stochastic gradient descent at its start; it falls to a tenth by the last epoch. Default .01.</value>
    [Range(1e-7, 10)]
    public double LearningRate { get; init; } = .01;

    /// <value>Momentum of the gradient descent. Default .9.</value>
    [Range(0, .999)]
    public double Momentum { get; init; } = .9;

    /// <value>Weight decay. Default 1e-4.</value>
    [Range(0, 1)]
    public double WeightDecay { get; init; } = 1e-4;

    /// <value>Ratings in a batch. Default 128.</value>
    [Range(1, 1_000_000)]
    public int BatchSize { get; init; } = 128;

    /// <value>Passes over the training rows. Default 12.</value>
    [Range(1, 10_000)]
    public int Epochs { get; init; } = 12;

    /// <value>Threads of the factorisation and of libtorch. Default 1.</value>
    [Range(1, 256)]
    public int Threads { get; init; } = 1;

    /// <value>Seed of folds, factors, networks and sampled negatives. Default 1.</value>
    public int Seed { get; init; } = 1;
}
