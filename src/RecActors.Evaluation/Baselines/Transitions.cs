using RecActors.Evaluation;
using RecActors.Feedback;
using RecActors.Training;

namespace RecActors.Baselines;

/// <summary>The constants of <see cref="Transitions"/>.</summary>
/// <param name="Decay">Weight of the item at an age in the history, to the power of the age.</param>
internal sealed record TransitionSettings(float Decay)
{
    /// <summary>What validation chooses from.</summary>
    public static IReadOnlyList<TransitionSettings> Grid { get; } = [new(.8f), new(.5f)];

    public override string ToString() => FormattableString.Invariant($"decay {Decay}");
}

/// <summary>
/// What follows what, counted live: each action counts .8^(distance − 1) for the pairs with the user's ten items before it; the
/// score is Σ decay^age P(next | item) over the latest twenty. Exact counts without any limit.
/// </summary>
internal sealed class Transitions(TrainingSet set, TransitionSettings settings) : IRecommenderReplay
{
    private const int Window = 10;
    private const int Depth = 20;
    private const float DistanceDecay = .8f;

    private readonly UserItems _users = new(set);
    private readonly DenseRanking _ranking = new(set.ItemIds.Count);
    private readonly Dictionary<int, float>?[] _next = new Dictionary<int, float>?[set.ItemIds.Count];
    private readonly float[] _totals = new float[set.ItemIds.Count];

    /// <inheritdoc/>
    public int[] Rank(in RankingTask task)
    {
        Array.Clear(_ranking.Scores);
        var items = _users[task.User];
        var weight = 1f;
        for (var age = 0; age < Math.Min(Depth, items.Count); age++, weight *= settings.Decay)
        {
            var item = items[^(age + 1)];
            foreach (var (next, count) in _next[item] ?? [])
            {
                _ranking.Scores[next] += weight * count / _totals[item];
            }
        }

        return _ranking.Top(task);
    }

    /// <inheritdoc/>
    public void Observe(int index)
    {
        if (set.Events.Polarity[index] != Polarity.Positive)
        {
            return;
        }

        var item = set.Events.Item[index];
        var before = _users[set.Events.User[index]];
        var weight = 1f;
        for (var distance = 1; distance <= Math.Min(Window, before.Count); distance++, weight *= DistanceDecay)
        {
            var earlier = before[^distance];
            if (earlier != item)
            {
                var row = _next[earlier] ??= [];
                row[item] = row.GetValueOrDefault(item) + weight;
                _totals[earlier] += weight;
            }
        }

        _users.Observe(index);
    }
}
