using RecActors.Evaluation;
using RecActors.Models;
using RecActors.Ranking;

namespace RecActors.Refit;

/// <summary>Ranks of the items that users really chose, in the answers of one model as it would have served.</summary>
internal sealed class QueryTally
{
    /// <summary>How long an answer is asked for; items below it count as misses.</summary>
    public const int Depth = 10;

    private readonly RankTally _tally = new();

    public int Queries => _tally.Queries;

    public double Ndcg => _tally.Ndcg(Depth);

    public IReadOnlyDictionary<string, double> Metrics => new Dictionary<string, double>
    {
        ["ndcg@10"] = _tally.Ndcg(Depth),
        ["hr@10"] = _tally.HitRate(Depth),
        ["mrr@10"] = _tally.ReciprocalRank(Depth),
    };

    /// <summary>Asks the model and notes where the targets are: their ranks from 1, as far as the answer has them.</summary>
    public int[] Ask(RecommendationEngine engine, ServingModel model, UserContext user, int[] targets, long nowMs)
    {
        var answer = engine.Recommend(model, user, new RecommendRequest { Count = Depth, NowMs = nowMs });
        int[] ranks = [.. Enumerable.Range(1, answer.Items.Count).Where(rank => targets.Contains(answer.Items[rank - 1].Row))];
        Add(ranks, targets.Length);
        return ranks;
    }

    /// <summary>Notes the ranks from 1 of those of the targets that were found.</summary>
    public void Add(IEnumerable<int> ranks, int targets) => _tally.Add(ranks, targets);

    /// <summary>By how much the first model's NDCG is above the second's over the same queries.</summary>
    public static PairedDifference Difference(QueryTally first, QueryTally second) =>
        PairedDifference.Of([.. first._tally.Ndcgs(Depth)], [.. second._tally.Ndcgs(Depth)]);
}
