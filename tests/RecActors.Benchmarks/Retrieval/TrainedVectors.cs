using RecActors.Interest;

namespace RecActors.Retrieval;

/// <summary>
/// Vectors as training leaves them: implicit ALS on the actions of a made-up site. Items have topics and, within them, a popularity by
/// Zipf's law; users have three topics, and now and then act on anything. Items are factors of items, queries are factors of users.
/// </summary>
internal static class TrainedVectors
{
    private const int Topics = 200;
    private const int TopicsOfUser = 3;
    private const int Actions = 24;
    private const double OnTopic = 0.85;
    private const double Exponent = 0.8;
    private const int Sweeps = 4;
    private const int Seed = 1;

    /// <summary>So many item vectors of length <see cref="SyntheticVectors.Dimensions"/>, and queries.</summary>
    public static (float[][] Items, float[][] Queries) Fit(int items, int queries)
    {
        var random = new Random(Seed);
        var users = items;
        var (rows, columns) = (new int[users * Actions], new int[users * Actions]);
        var perTopic = Math.Max(1, items / Topics);
        var shares = Cumulative(perTopic);
        for (var user = 0; user < users; user++)
        {
            var liked = Enumerable.Range(0, TopicsOfUser).Select(_ => random.Next(Topics)).ToArray();
            for (var action = 0; action < Actions; action++)
            {
                var topic = random.NextDouble() < OnTopic ? liked[random.Next(TopicsOfUser)] : random.Next(Topics);
                var rank = Array.BinarySearch(shares, random.NextDouble() * shares[^1]);

                // An item's row says nothing of its topic.
                var item = (int)((((long)(rank < 0 ? ~rank : rank) * Topics) + topic) % items);
                (rows[(user * Actions) + action], columns[(user * Actions) + action]) = (user, item);
            }
        }

        var matrix = InteractionMatrix.FromEntries(users, items, rows, columns, Enumerable.Repeat(1f, rows.Length).ToArray());
        var factors = ImplicitAls.Fit(matrix, new ImplicitAlsOptions { Dimensions = SyntheticVectors.Dimensions, Sweeps = Sweeps, Seed = Seed });

        // In random order: which are inserted later must not depend on their popularity.
        var order = Enumerable.Range(0, items).ToArray();
        random.Shuffle(order);
        return ([.. order.Select(item => VectorOf(factors.Items, item))], [.. Enumerable.Range(0, queries).Select(user => VectorOf(factors.Users, user))]);
    }

    private static float[] VectorOf(float[] factors, int row) => factors.AsSpan(row * SyntheticVectors.Dimensions, SyntheticVectors.Dimensions).ToArray();

    private static double[] Cumulative(int count)
    {
        var (shares, sum) = (new double[count], 0d);
        for (var rank = 0; rank < count; rank++)
        {
            shares[rank] = sum += Math.Pow(rank + 1, -Exponent);
        }

        return shares;
    }
}
