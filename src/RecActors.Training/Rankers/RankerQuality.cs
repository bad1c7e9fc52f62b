using RecActors.Evaluation;
using RecActors.Ranking;

namespace RecActors.Rankers;

/// <summary>Measures a ranker on queries as it will serve: in managed code, equal scores ordered by row.</summary>
internal static class RankerQuality
{
    /// <summary>NDCG@<paramref name="depth"/> over all queries; those of whose targets no source found any count 0.</summary>
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
            tally.Add(example.Labels.Select(label => RankOf(example, label, scores)), example.Targets);
        }

        // The tally's mean is over the queries that found a target.
        return examples.Queries == 0 ? 0 : tally.Ndcg(depth) * tally.Queries / examples.Queries;
    }

    private static int RankOf(RankingExample example, int label, float[] scores)
    {
        var (target, row) = (scores[label], example.CandidateRows[label]);
        var rank = 1;
        for (var i = 0; i < example.CandidateRows.Length; i++)
        {
            if (scores[i] > target || (scores[i] == target && example.CandidateRows[i] < row))
            {
                rank++;
            }
        }

        return rank;
    }
}
