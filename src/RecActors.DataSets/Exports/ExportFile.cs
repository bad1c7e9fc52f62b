using RecActors.Catalog;
using RecActors.DataSets;
using RecActors.Feedback;

namespace RecActors.Exports;

/// <summary>
/// One file of items, users or feedback rows, which <see cref="FileDataSet"/> reads back: the same records give the same bytes, but for the
/// library's version in Parquet. The file gets its name when it is whole. Not thread-safe.
/// </summary>
public sealed class ExportFile : IAsyncDisposable
{
    private const string Unfinished = ".unfinished";

    private static readonly ExportColumn[] Items =
    [
        new("ItemId", ExportKind.Text), new("IsHidden", ExportKind.Flag), new("Categories", ExportKind.List), new("Timestamp", ExportKind.Time),
        new("ExpiresAt", ExportKind.Time), new("Labels", ExportKind.Json), new("Comment", ExportKind.Text),
    ];

    private static readonly ExportColumn[] Users = [new("UserId", ExportKind.Text), new("Labels", ExportKind.Json), new("Comment", ExportKind.Text)];

    private static readonly ExportColumn[] Feedback =
    [
        new("FeedbackType", ExportKind.Text), new("UserId", ExportKind.Text), new("ItemId", ExportKind.Text), new("Value", ExportKind.Number),
        new("Timestamp", ExportKind.Time), new("Labels", ExportKind.Json), new("Comment", ExportKind.Text),
    ];

    private readonly string _path;
    private readonly IExportWriter _writer;

    private ExportFile(string path, ExportFormat format, ExportColumn[] columns)
    {
        _path = path;
        var stream = Create(path + Unfinished);
        _writer = format switch
        {
            ExportFormat.JsonLines => new JsonLinesExport(stream, columns),
            ExportFormat.Csv => new CsvExport(stream, columns),
            _ => new ParquetExport(stream, columns),
        };
    }

    /// <summary>How the names of files of a format end.</summary>
    public static string ExtensionOf(ExportFormat format) => format switch
    {
        ExportFormat.JsonLines => ".jsonl",
        ExportFormat.Csv => ".csv",
        _ => ".parquet",
    };

    public static ExportFile OfItems(string path, ExportFormat format) => new(path, format, Items);

    public static ExportFile OfUsers(string path, ExportFormat format) => new(path, format, Users);

    public static ExportFile OfFeedback(string path, ExportFormat format) => new(path, format, Feedback);

    public ValueTask WriteAsync(ItemRecord item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        return _writer.WriteAsync(
            [item.ItemId, item.IsHidden, item.Categories, Time(item.TimestampMs), item.ExpiresAtMs, Json(item.LabelsJson), item.Comment], cancellationToken);
    }

    public ValueTask WriteAsync(ImportedUser user, CancellationToken cancellationToken) =>
        _writer.WriteAsync([user.UserId, Json(user.LabelsJson), user.Comment], cancellationToken);

    public ValueTask WriteAsync(string userId, FoldedRow row, CancellationToken cancellationToken) => _writer.WriteAsync(
        [row.Type, userId, row.ItemId, row.Value, Time(row.TimestampMs), Json(row.LabelsJson), row.Comment], cancellationToken);

    /// <summary>Writes what is left, and gives the file its name.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await _writer.CompleteAsync(cancellationToken);
        await _writer.DisposeAsync();
        File.Move(_path + Unfinished, _path, overwrite: true);
    }

    /// <summary>A file that is not complete is left under its unfinished name.</summary>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private static long? Time(long timestampMs) => timestampMs == 0 ? null : timestampMs;

    private static string? Json(string? json) => json is null ? null : LabelsText.Normal(json);

    /// <summary>Everybody's actions are in it: nobody but its owner reads it.</summary>
    private static FileStream Create(string path)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
