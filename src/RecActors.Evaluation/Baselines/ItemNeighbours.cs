using RecActors.Evaluation;
using RecActors.Training;

namespace RecActors.Baselines;

/// <summary>How items are compared.</summary>
/// <param name="Shrinkage">Added to the cosine's denominator: the fewer users two items have, the less their likeness is believed.</param>
/// <param name="Decay">Weight of an item of the history by its age, to the power of the age; 1 forgets nothing.</param>
internal sealed record NeighbourSettings(float Shrinkage, float Decay)
{
    /// <summary>What validation chooses from.</summary>
    public static IReadOnlyList<NeighbourSettings> Grid { get; } =
        [.. from decay in new[] { .8f, .6f, 1f } from shrinkage in new[] { 5f, 50f } select new NeighbourSettings(shrinkage, decay)];

    public override string ToString() => FormattableString.Invariant($"shrinkage {Shrinkage}, decay {Decay}");
}

/// <summary>
/// Item-based nearest neighbours: score_j = Σ over the user's items p of decay^age · c_pj / (√(n_p n_j) + shrinkage), c being the users that
/// liked both. All neighbours count, and every new action counts at once (Sarwar et al. 2001, "Item-based collaborative filtering
/// recommendation algorithms").
/// </summary>
internal sealed class ItemNeighbours(TrainingSet set, NeighbourSettings settings) : IRecommenderReplay
{
    /// <summary>Bytes of counts that are kept; what goes beyond is counted again when it is asked for.</summary>
    private const long CacheBytes = 1L << 30;

    /// <summary>Weights below it move nothing.</summary>
    private const float LeastWeight = 1e-6f;

    private readonly UserItems _users = new(set);
    private readonly DenseRanking _ranking = new(set.ItemIds.Count);
    private readonly List<int>?[] _usersOf = new List<int>?[set.ItemIds.Count];
    private readonly Dictionary<int, float[]> _counts = [];
    private readonly int _cached = (int)Math.Max(1_000, CacheBytes / sizeof(float) / Math.Max(1, set.ItemIds.Count));

    /// <inheritdoc/>
    public int[] Rank(in RankingTask task)
    {
        Array.Clear(_ranking.Scores);
        var items = _users[task.User];
        var weight = 1f;
        for (var age = 0; age < items.Count && weight > LeastWeight; age++, weight *= settings.Decay)
        {
            Add(items[^(age + 1)], weight);
        }

        return _ranking.Top(task);
    }

    /// <inheritdoc/>
    public void Observe(int index)
    {
        if (!_users.Observe(index))
        {
            return;
        }

        var (user, item) = (set.Events.User[index], set.Events.Item[index]);
        (_usersOf[item] ??= []).Add(user);
        foreach (var other in _users[user])
        {
            if (other != item && _counts.TryGetValue(other, out var ofOther))
            {
                ofOther[item]++;
            }
        }

        if (_counts.TryGetValue(item, out var ofItem))
        {
            CountUser(ofItem, user, item);
        }
    }

    private void Add(int item, float weight)
    {
        var counts = CountsOf(item);
        var users = _usersOf[item]!.Count;
        var scores = _ranking.Scores;
        for (var other = 0; other < counts.Length; other++)
        {
            if (counts[other] > 0)
            {
                scores[other] += weight * counts[other] / (MathF.Sqrt((float)users * _usersOf[other]!.Count) + settings.Shrinkage);
            }
        }
    }

    private float[] CountsOf(int item)
    {
        if (_counts.TryGetValue(item, out var counts))
        {
            return counts;
        }

        if (_counts.Count >= _cached)
        {
            _counts.Clear();
        }

        _counts.Add(item, counts = new float[set.ItemIds.Count]);
        foreach (var user in _usersOf[item]!)
        {
            CountUser(counts, user, item);
        }

        return counts;
    }

    private void CountUser(float[] counts, int user, int item)
    {
        foreach (var other in _users[user])
        {
            counts[other] += other == item ? 0 : 1;
        }
    }
}
