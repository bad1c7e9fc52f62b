using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.LinearAlgebra;
using RecActors.Retrieval;
using RecActors.Threads;
using RecActors.Training;

namespace RecActors.ItemWeights;

/// <summary>
/// Fits <see cref="LinearItemModel"/>s to a user × item matrix: B = I − P diag(P)⁻¹ with P = (XᵀX + λI)⁻¹ (Steck 2019, equation 8). The
/// Gram matrix is counted once; every λ costs an inverse. Of more items than allowed, those with the most users take part.
/// </summary>
internal sealed class LinearItemTrainer
{
    private const int RowsPerChunk = 64;

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
        _items = MostUsedItems.Of(users, mostItems);
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
        RowThreads.Run(size, RowsPerChunk, _options.Threads, (from, to) =>
        {
            var largest = new TopRows(kept);
            for (var item = from; item < to; item++)
            {
                var row = weights.AsSpan(item * size, size);
                largest.Reset(kept);
                for (var other = 0; other < size; other++)
                {
                    if (other != item && MathF.Abs(row[other]) is var magnitude && magnitude >= largest.Threshold)
                    {
                        largest.Offer(other, magnitude);
                    }
                }

                var places = targets.AsSpan(item * kept, kept);
                var keys = largest.Sort();
                for (var place = 0; place < kept; place++)
                {
                    places[place] = RowOrder.RowOf(keys[place]);
                }

                places.Sort();
                for (var place = 0; place < kept; place++)
                {
                    values[(item * kept) + place] = row[places[place]];
                }
            }
        });
        return new()
        {
            ItemIds = [.. _items.Select(item => itemIds[item])],
            Starts = [.. Enumerable.Range(0, size + 1).Select(item => item * kept)],
            Targets = targets,
            Weights = values,
        };
    }

    private float[] GramOf(IReadOnlyList<int[]> users, CancellationToken cancellationToken)
    {
        var gram = new float[(long)_items.Length * _items.Length];
        foreach (var places in MostUsedItems.PlacesOf(users, _items))
        {
            cancellationToken.ThrowIfCancellationRequested();
            BackgroundThread.GiveWay();
            EaseWeights.Count(gram, _items.Length, places);
        }

        return gram;
    }
}
