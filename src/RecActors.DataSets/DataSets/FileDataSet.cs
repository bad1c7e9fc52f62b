using RecActors.Catalog;

namespace RecActors.DataSets;

/// <summary>
/// Actions, items and users in a file each, any of them absent. The name's extension says the format: <c>.jsonl</c>, <c>.ndjson</c>
/// and <c>.json</c> hold JSON lines, <c>.parquet</c> Parquet, <c>.csv</c> comma-separated values, all others tab-separated values.
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
        : new DelimitedRecords(_options).ReadItems(RowsOf(itemsPath, multilineFields: true), report, cancellationToken);

    /// <inheritdoc/>
    public IEnumerable<ImportedUser> ReadUsers(ReadReport report, CancellationToken cancellationToken = default) =>
        usersPath is null ? []
        : IsJson(usersPath) ? new JsonLinesRecords(_options).ReadUsers(usersPath, report, cancellationToken)
        : new DelimitedRecords(_options).ReadUsers(RowsOf(usersPath, multilineFields: true), report, cancellationToken);

    /// <summary>Actions in the order of the file; see <see cref="FeedbackOrder.InTimeOrder"/> for files that are not in order.</summary>
    public IEnumerable<ImportedFeedback> ReadFeedback(ReadReport report, CancellationToken cancellationToken = default) =>
        feedbackPath is null ? []
        : IsJson(feedbackPath) ? new JsonLinesRecords(_options).ReadFeedback(feedbackPath, report, cancellationToken)
        : new DelimitedRecords(_options).ReadFeedback(RowsOf(feedbackPath, multilineFields: HasTexts(feedbackPath)), report, cancellationToken);

    private static bool IsJson(string path) => Path.GetExtension(path).ToUpperInvariant() is ".JSONL" or ".NDJSON" or ".JSON";

    private static IRowFile RowsOf(string path, bool multilineFields) =>
        Path.GetExtension(path).Equals(".parquet", StringComparison.OrdinalIgnoreCase) ? new ParquetRows(path) : new DelimitedFile(path, multilineFields);

    /// <summary>Whether a header names columns in which line breaks are to be expected; elsewhere a quote that is not closed costs one line only.</summary>
    private static bool HasTexts(string path)
    {
        using var reader = new StreamReader(path);
        return reader.ReadLine() is { } header
            && (header.Contains("comment", StringComparison.OrdinalIgnoreCase) || header.Contains("labels", StringComparison.OrdinalIgnoreCase));
    }
}
