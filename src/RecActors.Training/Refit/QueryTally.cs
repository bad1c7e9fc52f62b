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

    /// <summary>Standard error of the difference of two models' NDCG over the same queries: what of it may be chance.</summary>
    public static double StandardError(QueryTally left, QueryTally right)
    {
        var count = left.Queries;
        if (count < 2)
        {
            return 0;
        }

        var differences = left._tally.Ndcgs(Depth).Zip(right._tally.Ndcgs(Depth), (a, b) => a - b).ToList();
        var mean = differences.Average();
        return Math.Sqrt(differences.Sum(difference => (difference - mean) * (difference - mean)) / (count - 1) / count);
    }
}
