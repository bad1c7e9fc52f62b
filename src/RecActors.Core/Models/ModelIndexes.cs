using RecActors.Retrieval;
using RecActors.Sequences;

namespace RecActors.Models;

/// <summary>Builds the indexes of a model's vectors, where there are enough of them; measures them again, and builds them anew, once too much has changed.</summary>
public static class ModelIndexes
{
    /// <summary>True when <see cref="Refresh"/> has something to do.</summary>
    public static bool IsStale(ServingModel model, IndexOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        return model.Searched.Any(searched => IsStale(searched.Table, options));
    }

    /// <summary>
    /// The bundle with indexes of its vectors, where there are enough of them: of its items', unless these are for shards, and of those that its sequence model finds items
    /// by. Takes what <see cref="InvertedFileState.Build"/> does.
    /// </summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="options">How indexes are built.</param>
    /// <param name="forShards">True when the items' vectors are going to be in shards, which have indexes of their own.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static ModelBundle WithIndexes(ModelBundle bundle, IndexOptions options, bool forShards, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(options);
        return bundle with
        {
            Index = !forShards && bundle.ItemIds.Count >= options.FromRows
                ? InvertedFileState.Build(bundle.ItemVectors, bundle.Manifest.Dimensions, bundle.Manifest.Similarity, options, cancellationToken)
                : null,
            SequenceIndex = bundle.Sequence is { } sequence && sequence.ItemIds.Count >= options.FromRows
                ? InvertedFileState.Build(sequence.Outputs, sequence.Dimensions, SequenceEncoder.Similarity, options, cancellationToken)
                : null,
        };
    }

    /// <summary>What indexes the model has whose recall was measured with nearly all of the rows that they have: not to be measured again.</summary>
    public static IReadOnlyList<IndexReport> Reports(ServingModel model, IndexOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        return
        [
            .. from searched in model.Searched
               let index = searched.Table.Index
               where index is not null && index.Unmeasured <= options.RemeasureAfter
               select IndexReport.Of(searched.Source, index),
        ];
    }

    /// <summary>
    /// Builds what is missing or has changed too much, on the calling thread and those it starts with its priority: seconds of work for a million
    /// vectors. Searches go on meanwhile, exactly or by the index before. Not to be called twice at a time for one model.
    /// </summary>
    public static IReadOnlyList<IndexReport> Refresh(ServingModel model, IndexOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        var reports = new List<IndexReport>();
        foreach (var (source, table, similarity) in model.Searched.Where(searched => IsStale(searched.Table, options)))
        {
            var index = table.Index is { } current && current.Drift <= options.RebuildAfter ? current : null;
            if (index is null)
            {
                index = table.BuildIndex(similarity, options, cancellationToken);
            }
            else
            {
                index.Calibrate(options, cancellationToken);
            }

            reports.Add(IndexReport.Of(source, index));
        }

        return reports;
    }

    private static bool IsStale(VectorTable table, IndexOptions options) =>
        table.Index is { } index
            ? index.Drift > options.RebuildAfter || index.Unmeasured > options.RemeasureAfter
            : table.Count >= options.FromRows;
}

/// <summary>What was built, or measured again.</summary>
/// <param name="Source">What the vectors are for: <c>embedding</c> or <c>sequence</c>.</param>
/// <param name="Rows">Rows in the index.</param>
/// <param name="Lists">Lists they are in.</param>
/// <param name="Recall">Share of the best hundred that searches find, measured on sampled queries.</param>
/// <param name="Scanned">Share of the rows that these searches looked at.</param>
public sealed record IndexReport(string Source, int Rows, int Lists, double Recall, double Scanned)
{
    internal static IndexReport Of(string source, InvertedFile index) =>
        new(source, index.Lists.Rows, index.Lists.Count, index.Quality.Recall, index.Quality.Scanned);
}
