namespace RecActors.Ratings;

/// <summary>
/// Makes probabilities of scores: σ(a·s + b), fitted to scores of rows that the scorer has not learned from (Platt, "Probabilistic outputs for support
/// vector machines", 1999, with his smoothed targets, so that one class alone gives no certainty), by Newton's method with halved steps.
/// </summary>
internal sealed class ProbabilityCalibration
{
    private const int MaxSteps = 50;
    private const int MaxHalvings = 20;
    private const double Tolerance = 1e-10;

    // Keeps the slope finite where all scores are equal, and is no weight against a hundred rows.
    private const double Ridge = 1e-6;

    private readonly double _center;
    private readonly double _scale;
    private readonly double _slope;
    private readonly double _intercept;

    private ProbabilityCalibration(double center, double scale, double slope, double intercept)
    {
        _center = center;
        _scale = scale;
        _slope = slope;
        _intercept = intercept;
    }

    public static ProbabilityCalibration Fit(float[] scores, bool[] labels)
    {
        var positives = labels.Count(label => label);
        var (high, low) = ((positives + 1d) / (positives + 2d), 1d / (labels.Length - positives + 2d));
        var center = scores.Average(score => (double)score);
        var deviation = Math.Sqrt(scores.Average(score => (score - center) * (score - center)));
        var scale = deviation > 0 ? 1 / deviation : 0;
        var inputs = Array.ConvertAll(scores, score => (score - center) * scale);
        var targets = Array.ConvertAll(labels, label => label ? high : low);
        var share = targets.Average();
        var (slope, intercept) = (0d, Math.Log(share / (1 - share)));
        for (var step = 0; step < MaxSteps; step++)
        {
            var (ga, gb, haa, hab, hbb) = (Ridge * slope, 0d, Ridge, 0d, Ridge);
            for (var i = 0; i < inputs.Length; i++)
            {
                var p = Sigmoid((slope * inputs[i]) + intercept);
                var (error, curvature) = (p - targets[i], p * (1 - p));
                ga += error * inputs[i];
                gb += error;
                haa += curvature * inputs[i] * inputs[i];
                hab += curvature * inputs[i];
                hbb += curvature;
            }

            var determinant = (haa * hbb) - (hab * hab);
            var (da, db) = (((hbb * ga) - (hab * gb)) / determinant, ((haa * gb) - (hab * ga)) / determinant);
            var (before, length) = (Loss(slope, intercept), 1d);
            for (var halving = 0; halving < MaxHalvings && Loss(slope - (length * da), intercept - (length * db)) > before; halving++)
            {
                length /= 2;
            }

            slope -= length * da;
            intercept -= length * db;
            if (Math.Abs(ga) + Math.Abs(gb) < Tolerance * inputs.Length)
            {
                break;
            }
        }

        return new(center, scale, slope, intercept);

        double Loss(double a, double b)
        {
            var loss = Ridge * a * a / 2;
            for (var i = 0; i < inputs.Length; i++)
            {
                var z = (a * inputs[i]) + b;
                loss += Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - (targets[i] * z);
            }

            return loss;
        }
    }

    /// <summary>Probabilities of being positive.</summary>
    public float[] Apply(float[] scores) =>
        Array.ConvertAll(scores, score => (float)Sigmoid((_slope * (score - _center) * _scale) + _intercept));

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));
}
