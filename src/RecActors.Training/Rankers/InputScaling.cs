using RecActors.Ranking;

namespace RecActors.Rankers;

/// <summary>
/// Which features a ranker reads, and their mean and standard deviation over the candidates of the training queries. Features that
/// never vary there are left out: whatever weight they got would be an accident, and a new value in serving would act on it.
/// </summary>
internal sealed class InputScaling
{
    // Relative to the size of the values: float sums of equal numbers differ by about this much.
    private const double LeastVariation = 1e-5;

    private readonly int[] _columns;
    private readonly float[] _inverseDeviations;

    private InputScaling(int[] columns, float[] means, float[] deviations)
    {
        _columns = columns;
        _inverseDeviations = [.. deviations.Select(deviation => 1f / deviation)];
        Means = means;
        Deviations = deviations;
        Features = [.. columns.Select(column => FeatureSchema.Names[column])];
    }

    public IReadOnlyList<string> Features { get; }

    public float[] Means { get; }

    public float[] Deviations { get; }

    /// <summary>Number of inputs; 0 when no feature varies.</summary>
    public int Count => _columns.Length;

    /// <param name="examples">The training queries.</param>
    /// <param name="excluded">Features that the ranker must not read; null for none.</param>
    public static InputScaling Of(IReadOnlyList<RankingExample> examples, IReadOnlySet<string>? excluded = null)
    {
        var width = FeatureSchema.Count;
        var (sums, squares) = (new double[width], new double[width]);
        long rows = 0;
        foreach (var example in examples)
        {
            rows += example.CandidateRows.Length;
            for (var at = 0; at < example.Features.Length; at++)
            {
                sums[at % width] += example.Features[at];
            }
        }

        var means = sums.Select(sum => sum / Math.Max(1, rows)).ToArray();
        foreach (var example in examples)
        {
            for (var at = 0; at < example.Features.Length; at++)
            {
                var distance = example.Features[at] - means[at % width];
                squares[at % width] += distance * distance;
            }
        }

        var deviations = squares.Select(square => Math.Sqrt(square / Math.Max(1, rows))).ToArray();
        int[] columns = [.. Enumerable.Range(0, width).Where(column =>
            excluded?.Contains(FeatureSchema.Names[column]) != true && deviations[column] > LeastVariation * (1 + Math.Abs(means[column])))];
        return new(columns, [.. columns.Select(column => (float)means[column])], [.. columns.Select(column => (float)deviations[column])]);
    }

    /// <summary>The inputs of all candidates of an example, row by row: the arithmetic of <see cref="Ranker"/>.</summary>
    public void Apply(RankingExample example, Span<float> inputs)
    {
        var width = FeatureSchema.Count;
        for (var candidate = 0; candidate < example.CandidateRows.Length; candidate++)
        {
            var features = example.Features.AsSpan(candidate * width, width);
            var row = inputs.Slice(candidate * Count, Count);
            for (var input = 0; input < row.Length; input++)
            {
                row[input] = (features[_columns[input]] - Means[input]) * _inverseDeviations[input];
            }
        }
    }
}
