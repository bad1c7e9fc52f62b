using RecActors.Evaluation;

namespace RecActors.Ratings;

/// <summary>One fold: everything is learned and chosen from the training rows, then the test rows are predicted once.</summary>
internal sealed class RatingFold(
    RatingData data, ItemContents contents, int[] training, int[] test, RatingCrossValidationOptions options, Action<double, string> onProgress)
{
    // The cost of a fold's stages, as measured on a hundred thousand ratings.
    private const double ChoiceShare = .1;
    private const double FeatureShare = .3;

    // With calibrated probabilities this makes the fewest errors, whatever the share of positives.
    private const float ClaimedFrom = .5f;

    private readonly RatingFeatures _features = new(contents, options.Dimensions);

    /// <summary>Names for people, in the order of the figures.</summary>
    public static IReadOnlyList<string> Models { get; } = ["global mean", "damped bias", "bias + ALS", "linear, MSE", "MLP, MSE", "MLP, cross-entropy"];

    public (RatingSettings Chosen, IReadOnlyList<RatingFigures> Figures) Run(CancellationToken cancellationToken)
    {
        onProgress(0, "choosing constants");
        var settings = SettingsChoice.Choose(data, contents, training, options, cancellationToken);
        onProgress(ChoiceShare, "features of the training rows");
        var known = FeatureRows.OutOfFold(data, contents, _features, training, settings, options, OnInnerFold, cancellationToken);
        var asked = FeatureRows.Of(data, _features, RatingModel.Fit(data, contents, training, settings, options, cancellationToken), test);

        // One inner fold teaches the networks nothing: on it the scores become probabilities.
        var held = Folds.Assign(training.Length, Math.Min(options.InnerFolds, training.Length), options.Seed);
        var (calibrating, learning) = (known.Where(place => held[place] == 0), known.Where(place => held[place] != 0));
        IReadOnlyList<RatingFigures> figures =
        [
            Measure(calibrating.Scores.Mean, asked.Scores.Mean, predictsRatings: true),
            Measure(calibrating.Scores.Bias, asked.Scores.Bias, predictsRatings: true),
            Measure(calibrating.Scores.BiasAndFactors, asked.Scores.BiasAndFactors, predictsRatings: true),
            Network(RatingLoss.MeanSquaredError, [], 0),
            Network(RatingLoss.MeanSquaredError, options.HiddenSizes, 1),
            Network(RatingLoss.CrossEntropy, options.HiddenSizes, 2),
        ];
        return (settings, figures);

        RatingFigures Measure(float[] calibrationScores, float[] scores, bool predictsRatings) =>
            Figures(ProbabilityCalibration.Fit(calibrationScores, Labels(calibrating.Rows)).Apply(scores), scores, predictsRatings);

        RatingFigures Network(RatingLoss loss, IReadOnlyList<int> hiddenSizes, int place)
        {
            const int Networks = 3;
            var targets = loss == RatingLoss.MeanSquaredError ? Values(learning.Rows) : Array.ConvertAll(Labels(learning.Rows), label => label ? 1f : 0f);
            using var network = RatingNetwork.Train(
                learning.Values, _features.Count, targets, loss, options with { HiddenSizes = hiddenSizes }, OnEpoch, cancellationToken);
            return Measure(network.Predict(calibrating.Values), network.Predict(asked.Values), loss == RatingLoss.MeanSquaredError);

            void OnEpoch(int epoch, double mean) => onProgress(
                ChoiceShare + FeatureShare + ((1 - ChoiceShare - FeatureShare) * (place + ((double)epoch / options.Epochs)) / Networks),
                $"{Models[place + Networks]}, epoch {epoch}, loss {mean:F4}");
        }
    }

    private RatingFigures Figures(float[] probabilities, float[] scores, bool predictsRatings)
    {
        var (actual, labels) = (Values(test), Labels(test));
        var (mse, mae) = predictsRatings ? (RatingMetrics.Mse(scores, actual), RatingMetrics.Mae(scores, actual)) : (double.NaN, double.NaN);
        var claims = RatingMetrics.AtThreshold(probabilities, labels, ClaimedFrom);
        return new(
            Math.Sqrt(mse), mse, mae, RatingMetrics.CrossEntropy(probabilities, labels), RatingMetrics.Auc(scores, labels), claims.Precision, claims.Recall, claims.F1);
    }

    private void OnInnerFold(int fold) =>
        onProgress(ChoiceShare + (FeatureShare * (fold + 1) / Math.Min(options.InnerFolds, training.Length)), "features of the training rows");

    private float[] Values(int[] rows) => Array.ConvertAll(rows, row => data.Values[row]);

    private bool[] Labels(int[] rows) => Array.ConvertAll(rows, row => data.Values[row] >= options.PositiveFrom);
}
