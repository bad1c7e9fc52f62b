using RecActors.Evaluation;
using RecActors.Feedback;
using RecActors.Training;

namespace RecActors.Baselines;

/// <summary>Items by how many users liked them, the same for everybody.</summary>
internal sealed class Popularity(TrainingSet set) : IRecommenderReplay
{
    private readonly DenseRanking _ranking = new(set.ItemIds.Count);
    private readonly UserItems _users = new(set);

    /// <inheritdoc/>
    public int[] Rank(in RankingTask task) => _ranking.Top(task);

    /// <inheritdoc/>
    public void Observe(int index)
    {
        if (_users.Observe(index))
        {
            _ranking.Scores[set.Events.Item[index]]++;
        }
    }
}

/// <summary>Items by how often they were liked lately: every action fades by half each <see cref="HalfLifeActions"/> actions of all users.</summary>
internal sealed class RecentPopularity(TrainingSet set) : IRecommenderReplay
{
    /// <summary>Half-life in actions; about the best on MovieLens.</summary>
    public const double HalfLifeActions = 1400;

    // Past this exponent numbers lose their small neighbours, so the scale is brought back.
    private const double RescaleExponent = 60;

    private static readonly double GrowthPerAction = Math.Log(2) / HalfLifeActions;

    private readonly DenseRanking _ranking = new(set.ItemIds.Count);
    private readonly double[] _weights = new double[set.ItemIds.Count];
    private double _exponent;

    /// <inheritdoc/>
    public int[] Rank(in RankingTask task) => _ranking.Top(task);

    /// <inheritdoc/>
    public void Observe(int index)
    {
        if (set.Events.Polarity[index] != Polarity.Positive)
        {
            return;
        }

        // Instead of fading every item at every action, later actions count more; both give the same order.
        _exponent += GrowthPerAction;
        if (_exponent > RescaleExponent)
        {
            var scale = Math.Exp(-_exponent);
            for (var item = 0; item < _weights.Length; item++)
            {
                _weights[item] *= scale;
                _ranking.Scores[item] = (float)_weights[item];
            }

            _exponent = 0;
        }

        var row = set.Events.Item[index];
        _weights[row] += Math.Exp(_exponent);
        _ranking.Scores[row] = (float)_weights[row];
    }
}
