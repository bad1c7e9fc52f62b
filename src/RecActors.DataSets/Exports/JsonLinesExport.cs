using System.Text.Json;
using RecActors.DataSets;

namespace RecActors.Exports;

/// <summary>Records as JSON lines, as the API writes them; members without a value are left out.</summary>
internal sealed class JsonLinesExport(Stream stream, ExportColumn[] columns) : IExportWriter
{
    private const int FlushBytes = 1 << 16;

    private readonly Utf8JsonWriter _json = new(stream, new JsonWriterOptions { Encoder = LabelsText.Encoder });

    public async ValueTask WriteAsync(object?[] cells, CancellationToken cancellationToken)
    {
        _json.WriteStartObject();
        foreach (var (column, cell) in columns.Zip(cells))
        {
            Write(column, cell);
        }

        _json.WriteEndObject();
        _json.Flush();
        stream.WriteByte((byte)'\n');
        _json.Reset();
        if (stream.Position % FlushBytes == 0)
        {
            await stream.FlushAsync(cancellationToken);
        }
    }

    public async ValueTask CompleteAsync(CancellationToken cancellationToken) => await stream.FlushAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _json.DisposeAsync();
        await stream.DisposeAsync();
    }

    private void Write(ExportColumn column, object? cell)
    {
        switch (cell)
        {
            case null:
                break;
            case double number:
                _json.WriteNumber(column.Name, number);
                break;
            case bool flag:
                _json.WriteBoolean(column.Name, flag);
                break;
            case long timestampMs:
                _json.WriteString(column.Name, ExportTexts.Time(timestampMs));
                break;
            case IReadOnlyList<string> list:
                _json.WriteStartArray(column.Name);
                foreach (var entry in list)
                {
                    _json.WriteStringValue(entry);
                }

                _json.WriteEndArray();
                break;
            case string json when column.Kind == ExportKind.Json:
                _json.WritePropertyName(column.Name);
                _json.WriteRawValue(json);
                break;
            default:
                _json.WriteString(column.Name, (string)cell);
                break;
        }
    }
}
