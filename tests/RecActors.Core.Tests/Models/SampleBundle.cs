using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Models;

/// <summary>A small bundle with every part in it.</summary>
internal static class SampleBundle
{
    public const int Dimensions = 3;

    public static ModelBundle Create(long version = 7) => new()
    {
        Manifest = new BundleManifest
        {
            Version = version,
            CreatedMs = 1_700_000_000_123,
            Reason = "schedule",
            JournalCut = 4711,
            Seed = 42,
            Users = 2,
            Items = 4,
            Events = 9,
            TrainingSeconds = 1.25,
            Dimensions = Dimensions,
            Similarity = Similarity.Cosine,
            Metrics = new Dictionary<string, double> { ["ndcg@10"] = 0.07, ["hr@10"] = 0.125 },
        },
        ItemIds = ["b", "a", "ü", "c"],
        ItemVectors = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0.5f, 0.5f, 0.25f],
        FoldIn = new FoldInParameters(Dimensions, 0.1f, 0.01f, 0.9f, [1f, 0.8f], 200, 4),
        Gram = [1.25f, 0.25f, 0.125f, 0.25f, 1.25f, 0.125f, 0.125f, 0.125f, 1.0625f],
        Projection = ContentProjection.Fit(
            [["category=x"], ["category=y"], ["category=x", "year=1999"], ["category=y"]],
            [1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0],
            Dimensions,
            [],
            new ContentProjectionOptions { MinDocumentFrequency = 1, Ridge = 0.1 }),
        Ranker = new RankerModel
        {
            Kind = RankerKind.Linear,
            SchemaVersion = FeatureSchema.Version,
            Features = [.. FeatureSchema.Names.Take(2)],
            Means = [0.1f, -2],
            Deviations = [1, 0.333333343f],
            Layers = [new DenseLayer(2, 1, [0.1f, -1e-12f], [3])],
        },
        Blend = new BlendWeights { FoldIn = 1, Transitions = 0.5f, Cooccurrence = 0.25f, Popularity = 0.125f },
        Statistics = Statistics(),
    };

    private static ItemStatisticsState Statistics()
    {
        var statistics = new ItemStatistics(new ItemStatisticsOptions());
        statistics.Apply([new PairIncrement(0, 1, 1, 1, 1), new PairIncrement(1, 2, 0.8f, 0, 1)]);
        return statistics.Export(row => "abc"[row].ToString());
    }
}
