namespace RecActors.Evaluation;

/// <summary>
/// Means over queries with exactly one relevant item each, as a replay in time order asks them: only the item's rank counts,
/// Recall@k equals HR@k and the ideal gain is 1. One writer; sums are in the order of <see cref="Add"/>, so equal ranks give
/// equal figures to the last digit.
/// </summary>
public sealed class RankTally
{
    private readonly List<int> _ranks = [];

    /// <summary>Queries so far.</summary>
    public int Queries => _ranks.Count;

    /// <summary>Counts one query.</summary>
    /// <param name="rank">Rank of the relevant item from 1, or 0 when the list does not hold it.</param>
    public void Add(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        _ranks.Add(rank);
    }

    /// <summary>Mean NDCG@k, in [0, 1]; 0 before the first query.</summary>
    public double Ndcg(int k) => Mean(k, RankingMetrics.Discount);

    /// <summary>Share of queries whose item is among the first <paramref name="k"/>.</summary>
    public double HitRate(int k) => Mean(k, _ => 1);

    /// <summary>Mean reciprocal rank; items below <paramref name="k"/> count 0.</summary>
    public double ReciprocalRank(int k) => Mean(k, rank => 1d / rank);

    private double Mean(int k, Func<int, double> gain)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        var sum = 0d;
        foreach (var rank in _ranks)
        {
            sum += rank > 0 && rank <= k ? gain(rank) : 0;
        }

        return _ranks.Count == 0 ? 0 : sum / _ranks.Count;
    }
}
