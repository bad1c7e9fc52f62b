namespace RecActors.Evaluation;

/// <summary>By how much one model's scores are above another's on the same questions, and how much of that may be chance.</summary>
/// <param name="Mean">Mean of the differences, question by question.</param>
/// <param name="StandardError">Standard error of that mean; 0 for fewer than two questions.</param>
public readonly record struct PairedDifference(double Mean, double StandardError)
{
    /// <summary>The first scores less the second.</summary>
    /// <exception cref="ArgumentException">They are not of equally many questions.</exception>
    public static PairedDifference Of(IReadOnlyCollection<double> first, IReadOnlyCollection<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count != second.Count)
        {
            throw new ArgumentException($"{first.Count} scores cannot be compared with {second.Count}.", nameof(second));
        }

        var differences = first.Zip(second, (left, right) => left - right).ToArray();
        var count = differences.Length;
        var mean = count == 0 ? 0 : differences.Sum() / count;
        var squares = differences.Sum(difference => (difference - mean) * (difference - mean));
        return new(mean, count < 2 ? 0 : Math.Sqrt(squares / (count - 1) / count));
    }

    /// <summary>Whether the first is better by more than so many standard errors, and better at all.</summary>
    public bool IsBetterBy(double standardErrors) => Mean > 0 && Mean > standardErrors * StandardError;
}
