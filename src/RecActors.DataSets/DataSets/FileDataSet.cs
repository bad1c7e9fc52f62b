using RecActors.Catalog;

namespace RecActors.DataSets;

/// <summary>
/// Actions, items and users in a file each, any of them absent. The name's extension says the format: <c>.jsonl</c>, <c>.ndjson</c>
/// and <c>.json</c> hold JSON lines, <c>.csv</c> comma-separated values, all others tab-separated values.
/// </summary>
public sealed class FileDataSet(string? feedbackPath, string? itemsPath, string? usersPath, DataSetOptions? options = null) : IDataSet
{
    private readonly DataSetOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Name => string.Join(", ", new[] { itemsPath, usersPath, feedbackPath }.OfType<string>().Select(path => Path.GetFileName(path)));

    /// <inheritdoc/>
    public IEnumerable<ItemRecord> ReadItems(ReadReport report, CancellationToken cancellationToken = default) =>
        itemsPath is null ? []
        : IsJson(itemsPath) ? new JsonLinesRecords(_options).ReadItems(itemsPath, report, cancellationToken)
        : new DelimitedRecords(_options).ReadItems(new DelimitedFile(itemsPath, multilineFields: true), report, cancellationToken);

    /// <inheritdoc/>
    public IEnumerable<ImportedUser> ReadUsers(ReadReport report, CancellationToken cancellationToken = default) =>
        usersPath is null ? []
        : IsJson(usersPath) ? new JsonLinesRecords(_options).ReadUsers(usersPath, report, cancellationToken)
        : new DelimitedRecords(_options).ReadUsers(new DelimitedFile(usersPath, multilineFields: true), report, cancellationToken);

    /// <summary>Actions in the order of the file; see <see cref="FeedbackOrder.InTimeOrder"/> for files that are not in order.</summary>
    public IEnumerable<ImportedFeedback> ReadFeedback(ReadReport report, CancellationToken cancellationToken = default) =>
        feedbackPath is null ? []
        : IsJson(feedbackPath) ? new JsonLinesRecords(_options).ReadFeedback(feedbackPath, report, cancellationToken)
        : new DelimitedRecords(_options).ReadFeedback(new DelimitedFile(feedbackPath, multilineFields: false), report, cancellationToken);

    private static bool IsJson(string path) => Path.GetExtension(path).ToUpperInvariant() is ".JSONL" or ".NDJSON" or ".JSON";
}
