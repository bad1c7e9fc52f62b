namespace RecActors.Ratings;

/// <summary>How far a cross-validation is.</summary>
/// <param name="Fraction">Done of the whole, in [0, 1], never decreasing.</param>
/// <param name="Detail">For people: the fold and what is being done.</param>
public readonly record struct RatingProgress(double Fraction, string Detail);

/// <summary>Figures of one model on one fold; NaN where a figure is not defined: ratings of a model of classes, AUC of one class.</summary>
/// <param name="Rmse">Root mean squared error, in units of the rating.</param>
/// <param name="Mse">Mean squared error.</param>
/// <param name="Mae">Mean absolute error, in units of the rating.</param>
/// <param name="CrossEntropy">Mean binary cross-entropy of the calibrated probability of being positive, in nats.</param>
/// <param name="Auc">Area under the ROC curve.</param>
/// <param name="Precision">Of the ratings claimed positive, the share that is.</param>
/// <param name="Recall">Of the positive ratings, the share that is claimed.</param>
/// <param name="F1">Harmonic mean of precision and recall.</param>
public sealed record RatingFigures(double Rmse, double Mse, double Mae, double CrossEntropy, double Auc, double Precision, double Recall, double F1)
{
    /// <summary>Names of the figures, in the order of <see cref="Values"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["RMSE", "MSE", "MAE", "cross-entropy", "AUC", "precision", "recall", "F1"];

    /// <summary>The figures in the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<double> Values => [Rmse, Mse, Mae, CrossEntropy, Auc, Precision, Recall, F1];
}

/// <summary>Mean and standard deviation (of a sample) over the folds; NaN when a fold has none.</summary>
public readonly record struct RatingSummary(double Mean, double Deviation);

/// <summary>A model's figures.</summary>
/// <param name="Model">Name for people.</param>
/// <param name="Folds">Figures by fold.</param>
public sealed record RatingModelFigures(string Model, IReadOnlyList<RatingFigures> Folds)
{
    /// <summary>Over the folds, in the order of <see cref="RatingFigures.Names"/>.</summary>
    public IReadOnlyList<RatingSummary> Summary => [.. RatingFigures.Names.Select((_, index) => Summarize([.. Folds.Select(fold => fold.Values[index])]))];

    private static RatingSummary Summarize(double[] values)
    {
        var mean = values.Average();
        return new(mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)));
    }
}

/// <summary>What a fold chose by validation inside its training rows.</summary>
/// <param name="Damping">Of biases and profiles, in ratings.</param>
/// <param name="Regularization">Of the factors.</param>
public readonly record struct RatingChoice(double Damping, float Regularization);

/// <summary>The result of a cross-validation.</summary>
/// <param name="Ratings">Number of ratings; of click data with the sampled negatives.</param>
/// <param name="Users">Number of users.</param>
/// <param name="Items">Number of items.</param>
/// <param name="Positives">Number of positive ratings.</param>
/// <param name="Models">Figures by model: baselines first.</param>
/// <param name="Choices">What each fold chose.</param>
public sealed record RatingReport(
    int Ratings, int Users, int Items, int Positives, IReadOnlyList<RatingModelFigures> Models, IReadOnlyList<RatingChoice> Choices);
