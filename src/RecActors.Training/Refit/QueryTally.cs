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
    private readonly List<double> _gains = [];

    public int Queries => _tally.Queries;

    public double Ndcg => _tally.Ndcg(Depth);

    public IReadOnlyDictionary<string, double> Metrics => new Dictionary<string, double>
    {
        ["ndcg@10"] = _tally.Ndcg(Depth),
        ["hr@10"] = _tally.HitRate(Depth),
        ["mrr@10"] = _tally.ReciprocalRank(Depth),
    };

    /// <summary>Asks the model and notes where the target is: its rank from 1, or 0 for a miss.</summary>
    public int Ask(RecommendationEngine engine, ServingModel model, UserContext user, int target, long nowMs)
    {
        var answer = engine.Recommend(model, user, new RecommendRequest { Count = Depth, NowMs = nowMs });
        var rank = 0;
        for (var place = 0; place < answer.Items.Count && rank == 0; place++)
        {
            rank = answer.Items[place].Row == target ? place + 1 : 0;
        }

        Add(rank);
        return rank;
    }

    /// <summary>Notes a rank from 1, or 0 for a miss.</summary>
    public void Add(int rank)
    {
        _tally.Add(rank);
        _gains.Add(rank > 0 && rank <= Depth ? RankingMetrics.Discount(rank) : 0);
    }

    /// <summary>Standard error of the difference of two models' NDCG over the same queries: what of it may be chance.</summary>
    public static double StandardError(QueryTally left, QueryTally right)
    {
        var count = left._gains.Count;
        if (count < 2)
        {
            return 0;
        }

        var differences = left._gains.Zip(right._gains, (a, b) => a - b).ToList();
        var mean = differences.Average();
        return Math.Sqrt(differences.Sum(difference => (difference - mean) * (difference - mean)) / (count - 1) / count);
    }
}
