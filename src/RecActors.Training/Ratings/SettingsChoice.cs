using RecActors.Evaluation;

namespace RecActors.Ratings;

/// <summary>
/// Chooses the damping, then the regularisation, by the RMSE of ratings that one inner fold holds back from the training rows of a fold.
/// </summary>
internal static class SettingsChoice
{
    public static RatingSettings Choose(
        RatingData data, ItemContents contents, int[] rows, RatingCrossValidationOptions options, CancellationToken cancellationToken)
    {
        var (held, fitted) = Folds.Split(rows, Folds.Assign(rows.Length, Math.Min(options.InnerFolds, rows.Length), options.Seed), 0);
        var actual = Array.ConvertAll(held, row => data.Values[row]);
        var damping = options.Damping.MinBy(candidate =>
        {
            var biases = DampedBiases.Fit(data, fitted, candidate);
            return RatingMetrics.Rmse(Array.ConvertAll(held, row => biases.Predict(data.Users[row], data.Items[row])), actual);
        });
        var regularization = options.Regularization.MinBy(candidate =>
        {
            var model = RatingModel.Fit(data, contents, fitted, new(damping, candidate), options, cancellationToken);
            return RatingMetrics.Rmse(Array.ConvertAll(held, row => model.Predict(data.Users[row], data.Items[row])), actual);
        });
        return new(damping, regularization);
    }
}
