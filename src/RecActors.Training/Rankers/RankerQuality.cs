using RecActors.Evaluation;
using RecActors.Ranking;

namespace RecActors.Rankers;

/// <summary>Measures a ranker, or the blend, on queries as it will serve: in managed code, equal scores ordered by row.</summary>
internal static class RankerQuality
{
    private delegate void Scorer(RankingExample example, Span<float> scores);

    /// <summary>NDCG@<paramref name="depth"/> over all queries; those of whose targets no source found any count 0.</summary>
    public static double Ndcg(Ranker ranker, RankerExamples examples, int depth) =>
        Ndcg((example, scores) => ranker.Score(example.Features, scores.Length, scores), examples, depth);

    /// <summary>The same of a blend.</summary>
    public static double Ndcg(BlendWeights weights, RankerExamples examples, int depth) =>
        Ndcg((example, scores) => example.Blend(weights, scores), examples, depth);

    private static double Ndcg(Scorer scorer, RankerExamples examples, int depth)
    {
        var tally = new RankTally();
        var buffer = Array.Empty<float>();
        foreach (var example in examples.Found)
        {
            var count = example.CandidateRows.Length;
            buffer = buffer.Length < count ? new float[count] : buffer;
            var scores = buffer.AsSpan(0, count);
            scorer(example, scores);
            var ranks = new int[example.Labels.Length];
            for (var target = 0; target < ranks.Length; target++)
            {
                ranks[target] = RankOf(example, example.Labels[target], scores);
            }

            tally.Add(ranks, example.Targets);
        }

        // The tally's mean is over the queries that found a target.
        return examples.Queries == 0 ? 0 : tally.Ndcg(depth) * tally.Queries / examples.Queries;
    }

    private static int RankOf(RankingExample example, int label, ReadOnlySpan<float> scores)
    {
        var (target, row) = (scores[label], example.CandidateRows[label]);
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
