using RecActors.ItemToItem;
using RecActors.Threads;

namespace RecActors.ItemWeights;

/// <summary>
/// Item-to-item weights that are counted, not solved for: an item j gives n_j^−b · n_i^−a · Σ_w 1/n_w to an item i, over the users w of
/// both, where n are numbers of users or items. A user of many items says less about each pair, and popular items do not crowd out the
/// others. Time and memory grow with the pairs within users, so it reaches catalogs that no matrix can be inverted for.
/// </summary>
internal sealed class SharedUserWeights
{
    private readonly List<int[]> _users = [];
    private readonly int[] _items;
    private readonly List<int>[] _usersOf;

    /// <param name="users">Item indices of each user, newest last.</param>
    /// <param name="mostItems">Most items, those with the most users.</param>
    public SharedUserWeights(IReadOnlyList<int[]> users, int mostItems)
    {
        _items = MostUsedItems.Of(users, mostItems);
        _usersOf = [.. _items.Select(_ => new List<int>())];
        foreach (var columns in MostUsedItems.PlacesOf(users, _items))
        {
            foreach (var column in columns)
            {
                _usersOf[column].Add(_users.Count);
            }

            _users.Add(columns);
        }
    }

    /// <summary>Number of items.</summary>
    public int Count => _items.Length;

    /// <summary>The largest weights of every item.</summary>
    /// <param name="sourceExponent">b.</param>
    /// <param name="targetExponent">a.</param>
    /// <param name="most">Most weights kept per item.</param>
    /// <param name="itemIds">Ids by item index.</param>
    /// <param name="cancellationToken">Noticed at every item.</param>
    public LinearItemModel Fit(double sourceExponent, double targetExponent, int most, IReadOnlyList<string> itemIds, CancellationToken cancellationToken)
    {
        var fade = _usersOf.Select(users => (float)Math.Pow(Math.Max(1, users.Count), -targetExponent)).ToArray();
        var sums = new float[Count];
        var touched = new List<int>();
        var starts = new int[Count + 1];
        var (targets, weights) = (new List<int>(), new List<float>());
        for (var source = 0; source < Count; source++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BackgroundThread.GiveWay();
            Sum(source, sums, touched);
            var scale = (float)Math.Pow(Math.Max(1, _usersOf[source].Count), -sourceExponent);
            foreach (var target in Largest(sums, fade, touched, most))
            {
                targets.Add(target);
                weights.Add(scale * fade[target] * sums[target]);
            }

            starts[source + 1] = targets.Count;
            touched.ForEach(target => sums[target] = 0);
            touched.Clear();
        }

        return new() { ItemIds = [.. _items.Select(item => itemIds[item])], Starts = starts, Targets = [.. targets], Weights = [.. weights] };
    }

    private void Sum(int source, float[] sums, List<int> touched)
    {
        foreach (var user in _usersOf[source])
        {
            var share = 1f / _users[user].Length;
            foreach (var target in _users[user])
            {
                if (target != source)
                {
                    if (sums[target] == 0)
                    {
                        touched.Add(target);
                    }

                    sums[target] += share;
                }
            }
        }
    }

    /// <summary>The targets with the largest weights, ascending.</summary>
    private static int[] Largest(float[] sums, float[] fade, List<int> touched, int most)
    {
        int[] targets = [.. touched.Order()];
        if (targets.Length > most)
        {
            var keys = targets.Select(target => -fade[target] * sums[target]).ToArray();
            Array.Sort(keys, targets);
            targets = targets[..most];
            Array.Sort(targets);
        }

        return targets;
    }
}
