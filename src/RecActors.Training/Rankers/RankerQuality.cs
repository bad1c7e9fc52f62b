using RecActors.Evaluation;
using RecActors.Ranking;

namespace RecActors.Rankers;

/// <summary>Measures a ranker on queries as it will serve: in managed code, equal scores ordered by row.</summary>
internal static class RankerQuality
{
    /// <summary>NDCG@<paramref name="depth"/> over all queries; those whose target no source found count 0.</summary>
    public static double Ndcg(Ranker ranker, RankerExamples examples, int depth)
    {
        var tally = new RankTally();
        var scores = Array.Empty<float>();
        foreach (var example in examples.Found)
        {
            var count = example.CandidateRows.Length;
            if (scores.Length < count)
            {
                scores = new float[count];
            }

            ranker.Score(example.Features, count, scores);
            tally.Add(RankOf(example, scores.AsSpan(0, count)));
        }

        // The tally's mean is over the queries that found their target.
        return examples.Queries == 0 ? 0 : tally.Ndcg(depth) * tally.Queries / examples.Queries;
    }

    private static int RankOf(RankingExample example, ReadOnlySpan<float> scores)
    {
        var (target, row) = (scores[example.Label], example.CandidateRows[example.Label]);
        var rank = 1;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] > target || (scores[i] == target && example.CandidateRows[i] < row))
            {
                rank++;
            }
        }

        return rank;
    }
}
