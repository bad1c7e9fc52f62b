namespace RecActors.Evaluation;

/// <summary>
/// The metrics of every question, as docs/evaluation.md defines them: NDCG, Recall and HR at the cutoffs, and the reciprocal rank in
/// the whole list. Columns by name; row = question. One writer.
/// </summary>
public sealed class MetricTable
{
    private readonly List<(string Name, Func<ReplayAnswer, double> Of, List<double> Values)> _columns = [];

    public MetricTable(IReadOnlyList<int> cutoffs)
    {
        ArgumentNullException.ThrowIfNull(cutoffs);
        foreach (var k in cutoffs)
        {
            Add($"NDCG@{k}", answer => RankingMetrics.Ndcg<int>(answer.Items, answer.Relevant, k));
            Add($"Recall@{k}", answer => RankingMetrics.Recall<int>(answer.Items, answer.Relevant, k));
            Add($"HR@{k}", answer => RankingMetrics.HitRate<int>(answer.Items, answer.Relevant, k));
        }

        Add("MRR", answer => RankingMetrics.ReciprocalRank<int>(answer.Items, answer.Relevant));

        void Add(string name, Func<ReplayAnswer, double> of) => _columns.Add((name, of, []));
    }

    /// <summary>Questions so far.</summary>
    public int Count => _columns[0].Values.Count;

    /// <summary>The metrics' names, in the order of the table.</summary>
    public IReadOnlyList<string> Names => [.. _columns.Select(column => column.Name)];

    /// <summary>The values of a metric, question by question.</summary>
    public IReadOnlyList<double> this[string name] => _columns.First(column => column.Name == name).Values;

    /// <summary>Counts an answer.</summary>
    public void Add(in ReplayAnswer answer)
    {
        foreach (var (_, of, values) in _columns)
        {
            values.Add(of(answer));
        }
    }

    /// <summary>The mean of a metric over all questions; 0 before the first. Summed in the order of the questions, so equal answers give equal digits.</summary>
    public double Mean(string name)
    {
        var values = this[name];
        var sum = 0d;
        foreach (var value in values)
        {
            sum += value;
        }

        return values.Count == 0 ? 0 : sum / values.Count;
    }
}
