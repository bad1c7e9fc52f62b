namespace RecActors.Evaluation;

/// <summary>
/// Means over queries by the ranks of their relevant items. With one relevant item, as a replay in time order asks, Recall@k equals
/// HR@k and the ideal gain is 1. One writer; sums are in the order of <see cref="Add(int)"/>, so equal ranks give equal figures to the
/// last digit.
/// </summary>
public sealed class RankTally
{
    private readonly List<Query> _queries = [];

    /// <summary>Queries so far.</summary>
    public int Queries => _queries.Count;

    /// <summary>Counts a query with one relevant item.</summary>
    /// <param name="rank">Rank of the relevant item from 1, or 0 when the list does not hold it.</param>
    public void Add(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        _queries.Add(new(rank == 0 ? [] : [rank], 1));
    }

    /// <summary>Counts a query.</summary>
    /// <param name="ranks">Ranks from 1 of the relevant items that the list holds, in any order.</param>
    /// <param name="relevant">How many items are relevant, those that the list does not hold included.</param>
    public void Add(IEnumerable<int> ranks, int relevant)
    {
        int[] held = [.. ranks.Order()];
        ArgumentOutOfRangeException.ThrowIfLessThan(relevant, Math.Max(1, held.Length));
        ArgumentOutOfRangeException.ThrowIfLessThan(held.FirstOrDefault(1), 1);
        _queries.Add(new(held, relevant));
    }

    /// <summary>NDCG@k of every query, in [0, 1], in the order in which they came.</summary>
    public IEnumerable<double> Ndcgs(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return _queries.Select(query =>
            query.Ranks.TakeWhile(rank => rank <= k).Sum(RankingMetrics.Discount) / RankingMetrics.IdealGain(Math.Min(query.Relevant, k)));
    }

    /// <summary>Mean NDCG@k, in [0, 1]; 0 before the first query.</summary>
    public double Ndcg(int k) => Mean(Ndcgs(k));

    /// <summary>Share of queries with a relevant item among the first <paramref name="k"/>.</summary>
    public double HitRate(int k) => Mean(Firsts(k).Select(rank => rank > 0 ? 1d : 0));

    /// <summary>Mean reciprocal rank of the first relevant item; items below <paramref name="k"/> count 0.</summary>
    public double ReciprocalRank(int k) => Mean(Firsts(k).Select(rank => rank > 0 ? 1d / rank : 0));

    private IEnumerable<int> Firsts(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return _queries.Select(query => query.Ranks is [var first, ..] && first <= k ? first : 0);
    }

    private double Mean(IEnumerable<double> values) => _queries.Count == 0 ? 0 : values.Sum() / _queries.Count;

    private readonly record struct Query(int[] Ranks, int Relevant);
}
