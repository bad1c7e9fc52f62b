using Parquet;
using Parquet.Schema;

namespace RecActors.Exports;

/// <summary>Records as Parquet: texts as UTF-8, times as timestamps in UTC, labels and lists as text like in CSV.</summary>
internal sealed class ParquetExport : IExportWriter
{
    /// <summary>Records of a row group: what is held in memory.</summary>
    private const int RowsPerGroup = 50_000;

    private readonly Stream _stream;
    private readonly ExportColumn[] _columns;
    private readonly DataField[] _fields;
    private readonly List<object?[]> _rows = [];
    private ParquetWriter? _writer;

    public ParquetExport(Stream stream, ExportColumn[] columns)
    {
        _stream = stream;
        _columns = columns;
        _fields = Array.ConvertAll(columns, FieldOf);
    }

    public async ValueTask WriteAsync(object?[] cells, CancellationToken cancellationToken)
    {
        _rows.Add(cells);
        if (_rows.Count == RowsPerGroup)
        {
            await WriteGroupAsync(cancellationToken);
        }
    }

    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        if (_rows.Count > 0 || _writer is null)
        {
            await WriteGroupAsync(cancellationToken);
        }

        await _writer!.DisposeAsync();
        _writer = null;
        await _stream.FlushAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_writer is not null)
        {
            await _writer.DisposeAsync();
            _writer = null;
        }

        await _stream.DisposeAsync();
    }

    private static DataField FieldOf(ExportColumn column) => column.Kind switch
    {
        ExportKind.Number => new DataField<double>(column.Name),
        ExportKind.Flag => new DataField<bool>(column.Name),
        ExportKind.Time => new DateTimeDataField(
            column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Millis, isNullable: true),
        _ => new DataField<string>(column.Name),
    };

    private async Task WriteGroupAsync(CancellationToken cancellationToken)
    {
        _writer ??= await ParquetWriter.CreateAsync(
            new ParquetSchema(_fields), _stream, new ParquetOptions { CompressionMethod = CompressionMethod.Zstd }, append: false, cancellationToken);
        using var group = _writer.CreateRowGroup();
        for (var column = 0; column < _columns.Length; column++)
        {
            await WriteColumnAsync(group, column, cancellationToken);
        }

        _rows.Clear();
    }

    private async Task WriteColumnAsync(ParquetRowGroupWriter group, int column, CancellationToken cancellationToken)
    {
        var cells = _rows.ConvertAll(row => row[column]);
        switch (_columns[column].Kind)
        {
            case ExportKind.Number:
                await group.WriteAsync<double>(_fields[column], cells.Select(cell => (double)cell!).ToArray(), cancellationToken: cancellationToken);
                break;
            case ExportKind.Flag:
                await group.WriteAsync<bool>(_fields[column], cells.Select(cell => (bool)cell!).ToArray(), cancellationToken: cancellationToken);
                break;
            case ExportKind.Time:
                DateTime?[] times = [.. cells.Select(cell => cell is long ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime : (DateTime?)null)];
                await group.WriteAsync<DateTime>(_fields[column], times, cancellationToken: cancellationToken);
                break;
            default:
                string?[] texts = [.. cells.Select(cell => cell is null ? null : ExportTexts.Cell(cell))];
                await group.WriteAsync(_fields[column], texts!);
                break;
        }
    }
}
