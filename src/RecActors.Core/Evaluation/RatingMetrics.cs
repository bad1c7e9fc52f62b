namespace RecActors.Evaluation;

/// <summary>
/// Metrics of predictions against what was observed, element by element. Every method throws <see cref="ArgumentException"/>
/// when the lengths differ or nothing is given. Pure functions; sums in double precision.
/// </summary>
public static class RatingMetrics
{
    // A predicted probability of exactly 0 or 1 that turns out wrong would cost infinity; float cannot hold closer to 1 than this.
    private const double ProbabilityFloor = 1e-7;

    /// <summary>Mean squared error, in squared units of the rating.</summary>
    public static double Mse(ReadOnlySpan<float> predicted, ReadOnlySpan<float> actual)
    {
        CheckLengths(predicted.Length, actual.Length);
        var sum = 0d;
        for (var i = 0; i < predicted.Length; i++)
        {
            var error = (double)predicted[i] - actual[i];
            sum += error * error;
        }

        return sum / predicted.Length;
    }

    /// <summary>Root mean squared error, in units of the rating.</summary>
    public static double Rmse(ReadOnlySpan<float> predicted, ReadOnlySpan<float> actual) => Math.Sqrt(Mse(predicted, actual));

    /// <summary>Mean absolute error, in units of the rating.</summary>
    public static double Mae(ReadOnlySpan<float> predicted, ReadOnlySpan<float> actual)
    {
        CheckLengths(predicted.Length, actual.Length);
        var sum = 0d;
        for (var i = 0; i < predicted.Length; i++)
        {
            sum += Math.Abs((double)predicted[i] - actual[i]);
        }

        return sum / predicted.Length;
    }

    /// <summary>Mean binary cross-entropy in nats: −[y ln p + (1 − y) ln(1 − p)].</summary>
    /// <param name="probabilities">Predicted probabilities, clamped to [1e-7, 1 − 1e-7].</param>
    /// <param name="labels">What happened.</param>
    public static double CrossEntropy(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> labels)
    {
        CheckLengths(probabilities.Length, labels.Length);
        var sum = 0d;
        for (var i = 0; i < probabilities.Length; i++)
        {
            var p = Math.Clamp(probabilities[i], ProbabilityFloor, 1 - ProbabilityFloor);
            sum -= labels[i] ? Math.Log(p) : Math.Log(1 - p);
        }

        return sum / probabilities.Length;
    }

    /// <summary>
    /// Area under the ROC curve: the probability that a random positive scores above a random negative, ties counting one half
    /// (the Mann–Whitney U statistic; Hanley and McNeil 1982). NaN when one class is absent.
    /// </summary>
    public static double Auc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels)
    {
        CheckLengths(scores.Length, labels.Length);
        var sorted = scores.ToArray();
        var positive = labels.ToArray();
        Array.Sort(sorted, positive);

        long positives = 0;
        var rankSum = 0d;
        for (var start = 0; start < sorted.Length;)
        {
            var end = start;
            var tied = 0;
            while (end < sorted.Length && sorted[end] == sorted[start])
            {
                tied += positive[end] ? 1 : 0;
                end++;
            }

            if (end == start)
            {
                throw new ArgumentException("A score is NaN.", nameof(scores));
            }

            // The mean of the ranks start+1 .. end, which every member of the tie gets.
            rankSum += tied * ((start + 1 + end) / 2d);
            positives += tied;
            start = end;
        }

        var negatives = sorted.Length - positives;
        return positives == 0 || negatives == 0
            ? double.NaN
            : (rankSum - (positives * (positives + 1) / 2d)) / ((double)positives * negatives);
    }

    /// <summary>Precision, recall and F1 of "score ≥ threshold" as the claim that the label is true.</summary>
    public static ThresholdMetrics AtThreshold(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, float threshold)
    {
        CheckLengths(scores.Length, labels.Length);
        int truePositives = 0, falsePositives = 0, falseNegatives = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            var claimed = scores[i] >= threshold;
            truePositives += claimed && labels[i] ? 1 : 0;
            falsePositives += claimed && !labels[i] ? 1 : 0;
            falseNegatives += !claimed && labels[i] ? 1 : 0;
        }

        return new ThresholdMetrics(truePositives, falsePositives, falseNegatives);
    }

    private static void CheckLengths(int left, int right)
    {
        if (left != right || left == 0)
        {
            throw new ArgumentException($"Expected two non-empty spans of one length, not {left} and {right}.");
        }
    }
}

/// <summary>A confusion matrix without its true negatives, and what follows from it; a ratio over nothing is 0.</summary>
public readonly record struct ThresholdMetrics(int TruePositives, int FalsePositives, int FalseNegatives)
{
    /// <summary>Of what was claimed, the share that was true.</summary>
    public double Precision => Ratio(TruePositives, TruePositives + FalsePositives);

    /// <summary>Of what was true, the share that was claimed.</summary>
    public double Recall => Ratio(TruePositives, TruePositives + FalseNegatives);

    /// <summary>Harmonic mean of precision and recall.</summary>
    public double F1 => Ratio(2d * TruePositives, (2d * TruePositives) + FalsePositives + FalseNegatives);

    private static double Ratio(double part, double whole) => whole > 0 ? part / whole : 0;
}
