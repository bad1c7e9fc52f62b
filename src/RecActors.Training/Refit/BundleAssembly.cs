using RecActors.Catalog;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>Puts vectors, projection, ranker and statistics together as a bundle.</summary>
internal sealed class BundleAssembly(TrainingSet set, TrainingPlan plan, int seed)
{
    /// <summary>A bundle without ranker and statistics: what a replay binds.</summary>
    public ModelBundle Sources(InterestVectors vectors, SourceSettings settings, CatalogReplica catalog, CancellationToken cancellationToken) => new()
    {
        Manifest = new BundleManifest
        {
            Version = plan.Version,
            Reason = plan.Reason,
            JournalCut = set.Cut.Value,
            Seed = seed,
            Users = vectors.Users,
            Items = vectors.Items.Length,
            Events = set.Events.Count,
            Dimensions = vectors.Parameters.Dimensions,
            Similarity = plan.Options.Similarity,
        },
        ItemIds = [.. vectors.Items.Select(item => set.ItemIds[item])],
        ItemVectors = vectors.Vectors,
        FoldIn = vectors.Parameters,
        Gram = vectors.Gram,
        Lookup = settings.Lookup,
        Projection = Projection(vectors, catalog, cancellationToken),
    };

    /// <summary>The whole bundle: the sources of everything, ranked as the candidate was.</summary>
    public static ModelBundle Whole(
        ModelBundle sources, ModelBundle candidate, ItemStatistics statistics, CatalogReplica catalog, IReadOnlyDictionary<string, double> metrics) =>
        sources with
        {
            Manifest = sources.Manifest with { Metrics = metrics },
            Ranker = candidate.Ranker,
            Blend = candidate.Blend,
            WithoutSources = candidate.WithoutSources,
            Statistics = statistics.Export(catalog.IdOf),
        };

    /// <summary>Predicts vectors from the content of items, trusting those with many actions more; null when no item has content.</summary>
    private static ContentProjection? Projection(InterestVectors vectors, CatalogReplica catalog, CancellationToken cancellationToken)
    {
        var tokens = vectors.Items
            .Select(item => (IReadOnlyList<string>)[.. catalog.FeaturesOf(item).Tokens.ToArray().Select(token => catalog.Vocabulary[token])])
            .ToList();
        if (tokens.TrueForAll(item => item.Count == 0))
        {
            return null;
        }

        var projection = ContentProjection.Fit(
            tokens, vectors.Vectors, vectors.Parameters.Dimensions, vectors.Counts, new ContentProjectionOptions(), cancellationToken);
        return projection.Vocabulary.Count == 0 ? null : projection;
    }
}
