using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Sequences;
using RecActors.Training;

namespace RecActors.Bench.Scale;

/// <summary>
/// A model with every part that the trainer makes of a catalog of the size, at its default limits: item vectors, sequence model, item-to-item
/// weights, an MLP. It is as much work as a trained one; its ranker's numbers are random, and so is what it likes.
/// </summary>
internal sealed class SyntheticModel(SyntheticCatalog catalog, int seed = 1)
{
    private static readonly int[] Hidden = [64, 32];
    private static readonly TrainingOptions Defaults = new();

    private readonly Random _random = new(seed);

    /// <summary>A bundle that is as new as the journals' position, with the statistics of then.</summary>
    public ModelBundle Create(long version, long cut, long actions, ItemStatisticsState statistics)
    {
        string[] ids = [.. Enumerable.Range(0, catalog.Items).Select(ScaleShape.ItemId)];
        return new ModelBundle
        {
            Manifest = new BundleManifest
            {
                Version = version,
                Reason = "synthetic",
                JournalCut = cut,
                Seed = seed,
                Items = ids.Length,
                Events = actions,
                Dimensions = SyntheticCatalog.Dimensions,
            },
            ItemIds = ids,
            ItemVectors = catalog.Vectors,
            FoldIn = FoldInParameters.Default with { Dimensions = SyntheticCatalog.Dimensions, ItemCount = ids.Length },
            Gram = catalog.Gram(),
            Linear = CreateLinear(ids),
            Sequence = CreateSequence(ids),
            Ranker = CreateRanker(),
            Statistics = statistics,
        };
    }

    /// <summary>Of the items acted on most, which have the lowest numbers, each gives weights to others at random.</summary>
    private LinearItemModel CreateLinear(string[] ids)
    {
        var items = Math.Min(Defaults.LinearItems, ids.Length);
        var weights = Math.Min(Defaults.LinearWeightsPerItem, items / 2);
        var stride = items / weights;
        return new LinearItemModel
        {
            ItemIds = ids[..items],
            Starts = [.. Enumerable.Range(0, items + 1).Select(item => item * weights)],
            Targets = [.. Enumerable.Range(0, items).SelectMany(_ => Enumerable.Range(0, weights).Select(place => (place * stride) + _random.Next(stride)))],
            Weights = Numbers(items * weights, from: -0.3),
        };
    }

    private SequenceModel CreateSequence(string[] ids)
    {
        const int Timescales = 3;
        var items = Math.Min(Defaults.SequenceItems, ids.Length);
        var vectors = catalog.Vectors[..(items * SyntheticCatalog.Dimensions)];
        return new SequenceModel
        {
            Dimensions = SyntheticCatalog.Dimensions,
            ItemIds = ids[..items],
            Inputs = vectors,
            Outputs = vectors,
            Decays = [0f, 0.6f, 0.9f],
            Mixing = Numbers(Timescales * SyntheticCatalog.Dimensions, from: 0),
            KindGains = [.. Enumerable.Repeat(1f, ActionKind.Count)],
            KindVectors = new float[ActionKind.Count * SyntheticCatalog.Dimensions],
            Temperature = 0.07f,
        };
    }

    private RankerModel CreateRanker()
    {
        int[] sizes = [FeatureSchema.Count, .. Hidden, 1];
        return new RankerModel
        {
            Kind = RankerKind.Mlp,
            SchemaVersion = FeatureSchema.Version,
            Features = FeatureSchema.Names,
            Means = new float[sizes[0]],
            Deviations = [.. Enumerable.Repeat(1f, sizes[0])],
            Layers = [.. sizes.Zip(sizes.Skip(1), (inputs, outputs) => new DenseLayer(inputs, outputs, Numbers(inputs * outputs), Numbers(outputs)))],
        };
    }

    private float[] Numbers(int count, double from = -0.5) => [.. Enumerable.Range(0, count).Select(_ => (float)(_random.NextDouble() + from))];
}
