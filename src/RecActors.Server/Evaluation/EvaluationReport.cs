using System.Text.Json;

namespace RecActors.Evaluation;

/// <summary>What a run measured: figures only, and what they were measured on.</summary>
internal sealed record EvaluationReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public required string DataSet { get; init; }

    public required string Protocol { get; init; }

    public required int TrainedActions { get; init; }

    public required int ReplayedActions { get; init; }

    public required int Queries { get; init; }

    public required int Seed { get; init; }

    public required double TrainingSeconds { get; init; }

    public required double ReplaySeconds { get; init; }

    /// <summary>Metrics by name, by system: <c>recactors</c> and the baselines of the same run.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Metrics { get; init; }

    /// <summary>The metrics that are printed, of ranks among the first 50.</summary>
    public static IReadOnlyDictionary<string, double> MetricsOf(RankTally tally) => new Dictionary<string, double>
    {
        ["ndcg@10"] = tally.Ndcg(10),
        ["hr@10"] = tally.HitRate(10),
        ["ndcg@20"] = tally.Ndcg(20),
        ["mrr@50"] = tally.ReciprocalRank(50),
    };

    public Task WriteAsync(string path, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(path, JsonSerializer.Serialize(this, Indented) + "\n", cancellationToken);
}
