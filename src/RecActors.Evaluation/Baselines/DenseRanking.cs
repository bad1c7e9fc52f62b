using RecActors.Evaluation;
using RecActors.Retrieval;

namespace RecActors.Baselines;

/// <summary>Ranks a score for every item. Items that score 0 or less say nothing and are not ranked; of equal scores the lower row comes first.</summary>
internal sealed class DenseRanking(int itemCount)
{
    private readonly TopRows _best = new();

    /// <summary>The scores, to be written before each <see cref="Top"/>.</summary>
    public float[] Scores { get; } = new float[itemCount];

    /// <summary>The best unseen items.</summary>
    public int[] Top(in RankingTask task)
    {
        _best.Reset(Math.Min(task.Depth, Scores.Length));
        for (var row = 0; row < Scores.Length; row++)
        {
            if (Scores[row] > 0 && Scores[row] >= _best.Threshold && !task.Seen.Contains(row))
            {
                _best.Offer(row, Scores[row]);
            }
        }

        return [.. _best.ToSortedArray().Select(scored => scored.Row)];
    }
}
