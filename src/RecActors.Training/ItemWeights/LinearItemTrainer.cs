using System.Numerics.Tensors;
using RecActors.ItemToItem;
using RecActors.LinearAlgebra;
using RecActors.Training;

namespace RecActors.ItemWeights;

/// <summary>
/// Fits <see cref="LinearItemModel"/>s to a user × item matrix: B = I − P diag(P)⁻¹ with P = (XᵀX + λI)⁻¹ (Steck 2019, equation 8). The
/// Gram matrix is counted once; every λ costs an inverse. Of more items than allowed, those with the most users take part.
/// </summary>
internal sealed class LinearItemTrainer
{
    // A list of n items adds n² pairs: longer ones say little more and cost the most.
    private const int MostItemsOfAUser = 1_000;

    private readonly TrainingOptions _options;
    private readonly int[] _items;
    private readonly float[] _gram;

    /// <param name="users">Item indices of each user, newest last.</param>
    /// <param name="mostItems">Most items, those with the most users.</param>
    /// <param name="options">Number of weights, and threads.</param>
    /// <param name="cancellationToken">Noticed at every user.</param>
    public LinearItemTrainer(IReadOnlyList<int[]> users, int mostItems, TrainingOptions options, CancellationToken cancellationToken)
    {
        _options = options;
        _items = [.. users.SelectMany(items => items).CountBy(item => item)
            .OrderByDescending(item => item.Value).ThenBy(item => item.Key).Take(mostItems).Select(item => item.Key).Order()];
        _gram = GramOf(users, cancellationToken);
    }

    /// <summary>Item index of each column.</summary>
    public ReadOnlySpan<int> Items => _items;

    /// <summary>B for a λ, row-major: what an item (row) gives to the others.</summary>
    /// <exception cref="ArithmeticException">λ is too small for the data.</exception>
    public float[] Fit(float lambda) => EaseWeights.Of((float[])_gram.Clone(), _items.Length, lambda, _options.TorchThreads);

    /// <summary>The model that keeps each item's largest weights of B, by magnitude.</summary>
    public LinearItemModel Prune(float[] weights, IReadOnlyList<string> itemIds)
    {
        var size = _items.Length;
        var kept = Math.Min(_options.LinearWeightsPerItem, Math.Max(0, size - 1));
        var (targets, values) = (new int[size * kept], new float[size * kept]);
        var starts = Enumerable.Range(0, size + 1).Select(item => item * kept).ToArray();
        var (order, magnitudes) = (new int[size], new float[size]);
        for (var item = 0; item < size; item++)
        {
            var row = weights.AsSpan(item * size, size);
            TensorPrimitives.Abs(row, magnitudes);
            TensorPrimitives.Negate(magnitudes, magnitudes);

            // The item itself gives itself nothing, and is never among the largest.
            magnitudes[item] = float.PositiveInfinity;
            for (var other = 0; other < size; other++)
            {
                order[other] = other;
            }

            Array.Sort(magnitudes, order);
            Array.Sort(order, 0, kept);
            for (var place = 0; place < kept; place++)
            {
                (targets[(item * kept) + place], values[(item * kept) + place]) = (order[place], row[order[place]]);
            }
        }

        return new() { ItemIds = [.. _items.Select(item => itemIds[item])], Starts = starts, Targets = targets, Weights = values };
    }

    private float[] GramOf(IReadOnlyList<int[]> users, CancellationToken cancellationToken)
    {
        var size = _items.Length;
        var columnOf = _items.Index().ToDictionary(item => item.Item, item => item.Index);
        var gram = new float[(long)size * size];
        var columns = new List<int>();
        foreach (var items in users)
        {
            cancellationToken.ThrowIfCancellationRequested();
            columns.Clear();
            foreach (var item in items.AsSpan(Math.Max(0, items.Length - MostItemsOfAUser)))
            {
                if (columnOf.TryGetValue(item, out var column))
                {
                    columns.Add(column);
                }
            }

            EaseWeights.Count(gram, size, columns);
        }

        return gram;
    }
}
