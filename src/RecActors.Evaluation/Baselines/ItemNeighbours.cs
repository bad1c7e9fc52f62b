using RecActors.Evaluation;
using RecActors.Retrieval;
using RecActors.Training;

namespace RecActors.Baselines;

/// <summary>How items are compared, each being the 0s and 1s of the users that liked it.</summary>
/// <param name="Shrinkage">The fewer users two items have in common, the less their likeness is believed: in the cosine's denominator, in Euclidean likeness by c / (c + shrinkage); products are smaller by themselves.</param>
/// <param name="Decay">Weight of an item of the history by its age, to the power of the age; 1 forgets nothing.</param>
internal sealed record NeighbourSettings(float Shrinkage, float Decay)
{
    /// <summary>How the items' vectors are compared.</summary>
    public Similarity Similarity { get; init; } = Similarity.Cosine;

    /// <summary>What validation chooses from.</summary>
    public static IReadOnlyList<NeighbourSettings> Grid { get; } =
        [.. from decay in new[] { .8f, .6f, 1f } from shrinkage in new[] { 5f, 50f } select new NeighbourSettings(shrinkage, decay)];

    public override string ToString() => FormattableString.Invariant(
        $"{(Similarity == Similarity.Cosine ? "" : $"{Similarity}, ")}{(Similarity == Similarity.DotProduct ? "" : $"shrinkage {Shrinkage}, ")}decay {Decay}");
}

/// <summary>
/// Item-based nearest neighbours: score_j = Σ over the user's items p of decay^age · likeness(p, j), which with c users of both is by cosine
/// c / (√(n_p n_j) + shrinkage), by dot product c, and by Euclidean distance c / (c + shrinkage) / (1 + √(n_p + n_j − 2c)). All neighbours
/// with a user in common count, and every new action counts at once (Sarwar et al. 2001, "Item-based collaborative filtering recommendation algorithms").
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

    /// <summary>The model with the similarity that the request asks for.</summary>
    public static IFittedRecommender Fit(NeighbourSettings settings, FitRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var asked = settings with { Similarity = request.Similarity ?? settings.Similarity };
        return new CountedRecommender(request.Plan, asked.ToString(), set => new ItemNeighbours(set, asked));
    }

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
                scores[other] += weight * Likeness(counts[other], users, _usersOf[other]!.Count);
            }
        }
    }

    private float Likeness(float both, float left, float right) => settings.Similarity switch
    {
        Similarity.Cosine => both / (MathF.Sqrt(left * right) + settings.Shrinkage),
        Similarity.Euclidean => both / (both + settings.Shrinkage) / (1 + MathF.Sqrt(left + right - (2 * both))),
        _ => both,
    };

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
