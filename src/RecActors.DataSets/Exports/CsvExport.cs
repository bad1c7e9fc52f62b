using CsvHelper;

namespace RecActors.Exports;

/// <summary>Records as comma-separated values with a header. Null and the empty text are the same.</summary>
internal sealed class CsvExport : IExportWriter
{
    private readonly Stream _stream;
    private readonly CsvWriter _csv;

    public CsvExport(Stream stream, ExportColumn[] columns)
    {
        _stream = stream;
        _csv = CsvWriter.Create(stream, new CsvWriterOptions { Quoting = CsvQuoting.WhenNeededOrWhitespace, NewLine = "\n" }, leaveOpen: true);
        _csv.WriteRecord(Array.ConvertAll(columns, column => column.Name));
    }

    public ValueTask WriteAsync(object?[] cells, CancellationToken cancellationToken)
    {
        _csv.WriteRecord(Array.ConvertAll(cells, ExportTexts.Cell));
        return ValueTask.CompletedTask;
    }

    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        _csv.Dispose();
        await _stream.FlushAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _csv.Dispose();
        return _stream.DisposeAsync();
    }
}
