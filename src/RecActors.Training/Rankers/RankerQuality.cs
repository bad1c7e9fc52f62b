using RecActors.Evaluation;
using RecActors.Ranking;

namespace RecActors.Rankers;

/// <summary>Measures a ranker, or the blend, on queries as it will serve: in managed code, equal scores ordered by row.</summary>
internal static class RankerQuality
{
    private delegate void Scorer(RankingExample example, Span<float> scores);

    /// <summary>NDCG@<paramref name="depth"/> of every query by its number; 0 where no source found a target.</summary>
    public static double[] Ndcgs(Ranker ranker, RankerExamples examples, int depth) =>
        Ndcgs((example, scores) => ranker.Score(example.Features, scores.Length, scores), examples, depth);

    /// <summary>The same of a blend.</summary>
    public static double[] Ndcgs(BlendWeights weights, RankerExamples examples, int depth) =>
        Ndcgs((example, scores) => example.Blend(weights, scores), examples, depth);

    private static double[] Ndcgs(Scorer scorer, RankerExamples examples, int depth)
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

        var ndcgs = new double[examples.Queries];
        foreach (var (place, ndcg) in tally.Ndcgs(depth).Index())
        {
            ndcgs[examples.Numbers[place]] = ndcg;
        }

        return ndcgs;
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
