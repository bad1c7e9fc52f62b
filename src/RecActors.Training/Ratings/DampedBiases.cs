namespace RecActors.Ratings;

/// <summary>
/// The bias model μ + b_u + b_i with damped means (Koren, "Factorization meets the neighborhood", KDD 2008, section 2.1, in the decoupled form
/// of Koren and Bell, "Advances in Collaborative Filtering", 2011): alternately b_i = Σ(r − μ − b_u)/(n_i + λ) and b_u = Σ(r − μ − b_i)/(n_u + λ).
/// </summary>
internal sealed class DampedBiases
{
    private const int Sweeps = 5;

    private DampedBiases(double mean, float[] users, float[] items)
    {
        Mean = mean;
        Users = users;
        Items = items;
    }

    /// <summary>μ, the mean of all ratings.</summary>
    public double Mean { get; }

    /// <summary>b_u by user index; 0 for a user without ratings.</summary>
    public float[] Users { get; }

    /// <summary>b_i by item index; 0 for an item without ratings.</summary>
    public float[] Items { get; }

    public static DampedBiases Fit(RatingData data, ReadOnlySpan<int> rows, double damping)
    {
        var mean = 0d;
        foreach (var row in rows)
        {
            mean += data.Values[row];
        }

        mean /= rows.Length;
        var (users, items) = (new float[data.UserCount], new float[data.ItemCount]);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            Solve(data.Items, items, data.Users, users, data.Values, rows, mean, damping);
            Solve(data.Users, users, data.Items, items, data.Values, rows, mean, damping);
        }

        return new(mean, users, items);
    }

    public float Predict(int user, int item) => (float)(Mean + Users[user] + Items[item]);

    private static void Solve(
        int[] side, float[] solved, int[] other, float[] fixedSide, float[] values, ReadOnlySpan<int> rows, double mean, double damping)
    {
        var (sums, counts) = (new double[solved.Length], new int[solved.Length]);
        foreach (var row in rows)
        {
            sums[side[row]] += values[row] - mean - fixedSide[other[row]];
            counts[side[row]]++;
        }

        for (var i = 0; i < solved.Length; i++)
        {
            solved[i] = counts[i] == 0 ? 0 : (float)(sums[i] / (counts[i] + damping));
        }
    }
}
