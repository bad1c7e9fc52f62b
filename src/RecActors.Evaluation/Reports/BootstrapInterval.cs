using RecActors.Evaluation;

namespace RecActors.Reports;

/// <summary>
/// The 95 % percentile interval of a metric's mean by the bootstrap (Efron and Tibshirani 1993, chapter 13). Users are drawn, not questions:
/// those of one user are alike.
/// </summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct BootstrapInterval(double Low, double High)
{
    private const int Draws = 1_000;
    private const double Tail = .025;

    /// <summary>The interval of a model's metric; both ends are the mean when there are no questions.</summary>
    public static BootstrapInterval Of(ModelResult result, string metric, int seed)
    {
        ArgumentNullException.ThrowIfNull(result);
        var values = result.Metrics[metric];
        var users = Enumerable.Range(0, values.Count)
            .GroupBy(question => result.Contexts[question].User)
            .Select(user => (Sum: user.Sum(question => values[question]), Count: user.Count()))
            .ToArray();
        if (users.Length == 0)
        {
            return new(0, 0);
        }

        var random = new Random(seed);
        var means = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            var (sum, count) = (0d, 0);
            for (var drawn = 0; drawn < users.Length; drawn++)
            {
                var user = users[random.Next(users.Length)];
                sum += user.Sum;
                count += user.Count;
            }

            means[draw] = sum / count;
        }

        Array.Sort(means);
        return new(means[(int)(Tail * Draws)], means[(int)((1 - Tail) * Draws) - 1]);
    }
}
